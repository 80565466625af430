"""Letters become messages that say who they are from, and files that are there as a whole."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from services.mail.letters import Letter
from services.mail.postman import HousePostman, make_postman, message_key
from services.mail.server import Server, Undeliverable

AT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def postman(tmp_path: Path) -> HousePostman:
    return make_postman(
        smtp_url="",
        folder=tmp_path / "mail",
        sender="portal@example.com",
        site_name="产业集群公共服务平台",
        base_url="https://portal.example",
    )


def code_letter(**over: str) -> Letter:
    facts = {"reader": "王芳", "code": "123456", "minutes": 15, "link": over.pop("link", "")}
    return Letter(name="accounts/contact_code", facts=facts, **over)


def test_a_letter_is_a_file_of_its_own(postman: HousePostman) -> None:
    postman.post(code_letter(email="a@example.com"), message_key(7, AT), AT)

    (file,) = postman.folder.path.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name.startswith("20261124T010203-7-")
    assert str(message["To"]) == "a@example.com"
    assert str(message["From"]) == "产业集群公共服务平台 <portal@example.com>"
    assert str(message["Subject"]) == "验证码 123456，15 分钟内有效"
    assert message["Message-ID"] == f"<{message_key(7, AT)}@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_letter_posted_twice_is_one_file(postman: HousePostman) -> None:
    for _ in range(2):
        postman.post(code_letter(email="a@example.com"), message_key(7, AT), AT)
    assert len(list(postman.folder.path.iterdir())) == 1


def test_keys_differ_by_task_and_time() -> None:
    keys = {message_key(number, AT.replace(microsecond=part)) for number in (1, 2) for part in (0, 1)}
    assert len(keys) == 4


def test_who_has_no_e_mail_gets_a_text_message(postman: HousePostman) -> None:
    postman.post(code_letter(mobile="13800000001", link="/bookings/3"), message_key(7, AT), AT)
    (kept,) = postman.folder.newest(5)
    assert kept.reader == "13800000001"
    assert kept.text == "【产业集群公共服务平台】验证码 123456，15 分钟内有效 https://portal.example/bookings/3"


def test_who_can_be_reached_nowhere_is_not_tried_again(postman: HousePostman) -> None:
    with pytest.raises(Undeliverable):
        postman.post(code_letter(), message_key(7, AT), AT)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "no address",
        "a\u2028b@example.com",
        "@",
        "a@",
    ],
)
def test_an_address_is_one_address(postman: HousePostman, address: str) -> None:
    with pytest.raises(Undeliverable):
        postman.post(code_letter(email=address), message_key(7, AT), AT)
    assert postman.folder.newest(5) == []


def test_the_newest_letters_come_first(postman: HousePostman) -> None:
    for number in (1, 2, 10):
        postman.post(code_letter(email=f"a{number}@example.com"), message_key(number, AT), AT)
    postman.folder.keep(".20991231T000000-1-x.eml.part", b"half a letter")
    assert [kept.reader for kept in postman.folder.newest(2)] == ["a10@example.com", "a2@example.com"]
    assert "123456" in postman.folder.newest(1)[0].text


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtps://mail.example", Server("mail.example", 465, secure=True)),
        ("smtp://u%40x:p%3A@mail.example:587", Server("mail.example", 587, user="u@x", password="p:")),
    ],
)
def test_addresses_of_mail_servers(url: str, server: Server) -> None:
    assert Server.at(url) == server


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_an_impossible_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="PORTAL_SMTP_URL"):
        Server.at(url)
