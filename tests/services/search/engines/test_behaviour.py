"""What every engine does, in the same words for all of them."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from services.search.analysis import Analyser
from services.search.documents import Clause, Document, Entry, Field, Kind, Order, Question
from services.search.engine import Engine
from services.search.parsing import parse

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


@cache
def analyser() -> Analyser:
    return Analyser(["玻璃棒", "玻璃管", "高硼硅"])


def entry(ident: int, title: str, body: str = "", *, kind: Kind = Kind.POST, version: int = 1, **more) -> Entry:
    return analyser().entry(Document(kind, ident, version, title, body, **more))


def asked(line: str, which: int = 0, **more) -> Question:
    question = parse(line, analyser(), {}).questions[which]
    return Question(question.must, question.should, question.any_is_enough, question.fuzzy, **more)


def ids(index: Engine, question: Question) -> list[int]:
    return [hit.id for hit in index.search(question).hits]


def fill(index: Engine, *entries: Entry) -> None:
    index.upsert(entries)
    index.commit()


def test_an_empty_index_finds_nothing(index):
    hits = index.search(asked("玻璃棒", count_facets=("town",)))

    assert (list(hits.hits), hits.total, dict(hits.kinds), dict(hits.facets)) == ([], 0, {}, {"town": {}})
    assert index.health().documents == 0
    assert list(index.keys()) == []


def test_what_was_committed_is_found_at_once(index):
    index.upsert([entry(1, "求购高硼硅玻璃棒"), entry(2, "供应五层瓦楞纸箱")])
    sequence = index.commit()

    assert ids(index, asked("玻璃棒")) == [1]
    assert index.search(asked("纸箱")).sequence == sequence == index.health().sequence


def test_what_was_not_committed_is_not_found_and_goes_with_the_process(index, request):
    if request.node.callspec.params["index"] == "plain":
        pytest.skip("a dictionary holds nothing back")
    fill(index, entry(1, "求购玻璃棒"))
    index.upsert([entry(2, "供应玻璃棒")])
    assert ids(index, asked("玻璃棒")) == [1]

    index.close()
    assert ids(index, asked("玻璃棒")) == [1]


def test_a_document_takes_the_place_of_its_older_self(index):
    fill(index, entry(1, "求购玻璃棒", version=1), entry(2, "求购玻璃管"))
    fill(index, entry(1, "求购纸箱", version=-(2**62)))

    assert ids(index, asked("玻璃棒")) == []
    assert ids(index, asked("纸箱")) == [1]
    assert sorted(index.keys()) == [(Kind.POST, 1, -(2**62)), (Kind.POST, 2, 1)]
    assert index.health().documents == 2


def test_the_later_of_two_in_one_batch_counts(index):
    fill(index, entry(1, "求购玻璃棒"), entry(1, "求购纸箱", version=2))

    assert list(index.keys()) == [(Kind.POST, 1, 2)]
    assert ids(index, asked("纸箱")) == [1]


def test_what_was_taken_out_is_not_found_and_unknown_keys_are_passed_over(index):
    fill(index, entry(1, "求购玻璃棒"), entry(1, "玻璃棒有限公司", kind=Kind.ENTERPRISE))
    index.delete([(Kind.POST, 1), (Kind.POST, 99)])
    index.commit()

    assert list(index.keys()) == [(Kind.ENTERPRISE, 1, 1)]
    assert index.search(asked("玻璃棒")).kinds == {Kind.ENTERPRISE: 1}


def test_sequences_rise(index):
    sequences = [index.health().sequence]
    index.upsert([entry(1, "求购玻璃棒")])
    sequences.append(index.commit())
    sequences.append(index.rebuild([entry(2, "求购玻璃棒")]))
    index.upsert([entry(3, "求购玻璃棒")])
    sequences.append(index.commit())

    assert sequences == sorted(set(sequences))


def test_a_rebuild_replaces_everything(index):
    fill(index, entry(1, "求购玻璃棒"))
    index.rebuild([entry(2, "供应玻璃棒")])

    assert ids(index, asked("玻璃棒")) == [2]
    fill(index, entry(3, "外协玻璃棒切割"))
    assert set(ids(index, asked("玻璃棒"))) == {2, 3}


def test_a_second_reader_sees_a_commit_at_once(index, open_index, request):
    name = request.node.callspec.params["index"]
    if name == "plain":
        pytest.skip("a dictionary is nobody else's")
    other = open_index(name)
    assert other.health().documents == 0
    fill(index, entry(1, "求购玻璃棒"))

    assert ids(other, asked("玻璃棒")) == [1]
    index.rebuild([entry(2, "求购玻璃棒")])
    assert ids(other, asked("玻璃棒")) == [2]


def test_all_words_must_be_there_or_any_of_them(index):
    fill(index, entry(1, "玻璃棒切割"), entry(2, "玻璃棒"), entry(3, "激光切割"))
    strict = asked("玻璃棒 切割")

    assert ids(index, strict) == [1]
    assert set(ids(index, Question(strict.must, any_is_enough=True))) == {1, 2, 3}


def test_a_word_in_the_title_counts_more_than_one_in_the_text(index):
    fill(index, entry(1, "供应灯工原料", "本公司长期备有玻璃棒"), entry(2, "供应玻璃棒", "本公司长期备有灯工原料"))

    assert ids(index, asked("玻璃棒")) == [2, 1]


def test_the_rarer_word_counts_more(index):
    fill(
        index,
        *(entry(number, f"玻璃杯{number}号", "厂家") for number in range(1, 9)),
        entry(20, "玻璃瓶", "厂家"),
        entry(21, "陶土酒坛", "厂家"),
    )

    assert ids(index, asked("玻璃 酒坛", 1))[0] == 21


def test_of_equals_the_newest_come_first_then_kind_and_id(index):
    fill(
        index,
        entry(5, "供应玻璃棒", at=NOON),
        entry(3, "供应玻璃棒", at=NOON),
        entry(9, "供应玻璃棒", at=NOON + timedelta(days=2)),
        entry(1, "供应玻璃棒"),
        entry(7, "供应玻璃棒", kind=Kind.MODULE, at=NOON),
    )
    hits = index.search(asked("玻璃棒")).hits

    assert [(hit.kind, hit.id) for hit in hits] == [
        (Kind.POST, 9),
        (Kind.MODULE, 7),
        (Kind.POST, 3),
        (Kind.POST, 5),
        (Kind.POST, 1),
    ]
    assert hits[1].score == hits[2].score == hits[3].score


def test_without_words_everything_fits_the_newest_first(index):
    fill(index, entry(1, "甲", at=NOON), entry(2, "乙"), entry(3, "丙", at=NOON + timedelta(seconds=1)))

    assert ids(index, Question()) == [3, 1, 2]


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.NEWEST, [3, 1, 2, 4]), (Order.PRICE, [4, 1, 3, 2]), (Order.DEADLINE, [2, 4, 1, 3])],
)
def test_other_orders_put_what_has_no_such_value_last(index, order, expected):
    fill(
        index,
        entry(1, "玻璃棒", at=NOON, price_fen=500),
        entry(2, "玻璃棒", until=NOON),
        entry(3, "玻璃棒", at=NOON + timedelta(seconds=1), price_fen=900),
        entry(4, "玻璃棒", price_fen=0, until=NOON + timedelta(days=1)),
    )

    assert ids(index, asked("玻璃棒", order=order)) == expected


def test_nobody_finds_counts_or_is_suggested_what_others_may_read(index):
    fill(
        index,
        entry(1, "求购玻璃棒", facets={"town": ("小官庄镇",)}),
        entry(2, "求购玻璃棒暗号", readers=("verified", "org:7"), facets={"town": ("西安丰镇",)}),
    )
    visitor = index.search(asked("玻璃棒", count_facets=("town",)))
    firm = index.search(asked("玻璃棒", readers=("all", "org:7"), count_facets=("town",)))

    assert [hit.id for hit in visitor.hits] == [1]
    assert (visitor.total, dict(visitor.kinds), visitor.facets) == (1, {Kind.POST: 1}, {"town": {"小官庄镇": 1}})
    assert (firm.total, firm.facets["town"]) == (2, {"小官庄镇": 1, "西安丰镇": 1})
    assert index.suggest("暗号", ("all",)) == []
    assert index.suggest("暗号", ("org:7",)) == ["暗号"]
    assert index.search(asked("玻璃棒", readers=())).total == 0


def test_kinds_narrow_the_hits_and_the_facets_but_not_the_counts_of_kinds(index):
    fill(
        index,
        entry(1, "玻璃棒", facets={"town": ("甲镇",)}),
        entry(2, "玻璃棒", kind=Kind.ITEM, facets={"town": ("乙镇",)}),
        entry(3, "玻璃棒", kind=Kind.ENTERPRISE),
    )
    hits = index.search(asked("玻璃棒", kinds=(Kind.POST, Kind.ENTERPRISE), count_facets=("town",)))

    assert {hit.id for hit in hits.hits} == {1, 3}
    assert (hits.total, hits.facets) == (2, {"town": {"甲镇": 1}})
    assert hits.kinds == {Kind.POST: 1, Kind.ITEM: 1, Kind.ENTERPRISE: 1}


def test_facets_hold_several_values_and_any_of_those_asked_for_suffices(index):
    fill(
        index,
        entry(1, "玻璃棒", facets={"market": ("eu", "us"), "town": ("a b=c",)}, direction="need"),
        entry(2, "玻璃棒", facets={"market": ("domestic",), "town": ("a b=c",)}, direction="need"),
        entry(3, "玻璃棒", facets={"market": ("eu",)}, direction="offer"),
    )

    assert set(ids(index, asked("玻璃棒", facets={"market": ("us", "domestic")}))) == {1, 2}
    assert ids(index, asked("玻璃棒", facets={"market": ("eu",), "town": ("a b=c",)})) == [1]
    assert ids(index, asked("玻璃棒", direction="offer")) == [3]
    assert ids(index, asked("玻璃棒", facets={"unheard": ("of",)})) == []
    counted = index.search(asked("玻璃棒", count_facets=("market", "town", "unheard")))
    assert counted.facets == {
        "market": {"eu": 2, "us": 1, "domestic": 1},
        "town": {"a b=c": 2},
        "unheard": {},
    }


def test_pages_follow_one_another_without_gap_or_repetition(index):
    fill(index, *(entry(number, "求购玻璃棒", at=NOON + timedelta(days=number % 7)) for number in range(1, 101)))
    everything = ids(index, asked("玻璃棒", size=100))
    pages = [ids(index, asked("玻璃棒", start=start, size=9)) for start in range(0, 100, 9)]

    assert [one for page in pages for one in page] == everything
    assert len(set(everything)) == 100
    assert index.search(asked("玻璃棒", start=500)).total == 100
    assert ids(index, asked("玻璃棒", start=500)) == []


@pytest.mark.parametrize("typed", ["bolibang", "blb", "bo li bang", "玻璃捧"])
def test_sounds_and_wrong_characters_find_as_well(index, typed):
    fill(index, entry(1, "求购玻璃棒"), entry(2, "供应纸箱"))

    assert ids(index, asked(typed, 0 if typed.isascii() else 1))[0] == 1


@pytest.mark.parametrize("typed", ["polariscpe", "polaricsope", "polariscoppe", "polarisxope", "polariscope"])
def test_a_wrong_letter_in_a_latin_word_is_forgiven_only_when_asked(index, typed):
    fill(index, entry(1, "Polariscope 偏光应力仪"), entry(2, "spectrometer"))
    clause = Clause(((Field.WORDS, typed, 1.0),))

    assert ids(index, Question((clause,), fuzzy=True)) == [1]
    assert ids(index, Question((clause,))) == ([1] if typed == "polariscope" else [])


def test_two_wrong_letters_and_wrong_figures_are_not_forgiven(index):
    fill(index, entry(1, "polariscope sus304"))

    for typed in ("polarscop", "sus305", "olariscop"):
        assert ids(index, Question((Clause(((Field.WORDS, typed, 1.0),)),), fuzzy=True)) == []


def test_suggestions_are_words_of_titles_by_characters_sound_and_initials(index):
    fill(
        index,
        entry(1, "玻璃棒"),
        entry(2, "玻璃棒 玻璃管"),
        entry(3, "玻璃管 玻璃棒 Polariscope", "波纹管"),
    )

    assert index.suggest("玻璃", ("all",))[0] == "玻璃"
    assert index.suggest("bolib", ("all",)) == ["玻璃棒"]
    assert index.suggest("blg", ("all",)) == ["玻璃管"]
    assert index.suggest("BL", ("all",), 3) == ["玻璃", "玻璃棒", "玻璃管"]
    assert index.suggest("ｐｏｌａ", ("all",)) == ["polariscope"]
    for nothing in ("", " ", "波纹", "|", "' & *", "\\"):
        assert index.suggest(nothing, ("all",)) == []


@pytest.mark.parametrize(
    "token", ["'", "\\", "a'b", "a\\'b", "&", "|", "!a", "a:*", "%", "(", '"', "😀", "a" * 300, "\x1f"]
)
def test_no_token_is_syntax(index, token):
    fill(index, entry(1, "玻璃棒"))
    question = Question((Clause(((Field.WORDS, token, 1.0), (Field.TITLE, token, 1.0))),))
    assert index.search(question).total == 0

    odd = Entry(Document(Kind.POST, 2, 1, "odd"), entry(2, "x").tokens.__class__({Field.WORDS: (token,)}))
    fill(index, odd)
    if token != "\x1f":
        assert ids(index, question) == [2]
