"""Closes every socket but those of this machine: a test that calls outside fails where it does so."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class OutsideWorldError(RuntimeError):
    """A test wanted to talk to another machine."""


def is_here(address: object) -> bool:
    """Tell whether a socket address is a path or belongs to the loopback."""
    if isinstance(address, str | bytes):
        return True  # a unix socket
    host = address[0] if isinstance(address, tuple) else ""
    return str(host).startswith(LOOPBACK)


@pytest.fixture(scope="session", autouse=True)
def closed_sockets() -> Iterator[None]:
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if not is_here(address):
                raise OutsideWorldError(f"a test called {address!r}")
            return original(self, address)

        return call

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host and not is_here((host.decode() if isinstance(host, bytes) else host, 0)):
            raise OutsideWorldError(f"a test looked up {host!r}")
        return lookup(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        yield
