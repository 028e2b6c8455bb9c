"""Proxies, certificates and the encoding of variables, each in a process of its own: they are read once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = """
import cognitoken
try:
    cognitoken.login("ada", "correct horse", "client", endpoint="https://cognito.invalid", timeout=10)
except cognitoken.CognitoError as error:
    print(type(error).__name__, error.code, error.retryable, error.message, error.hint)
"""


class Proxy:
    """A proxy that asks everybody for a password."""

    def __init__(self) -> None:
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.close()


def told(folder: Path, **variables: str | bytes) -> str:
    """What the program prints with these variables, and without any of the surroundings'."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = {os.fsencode(name): os.fsencode(value) for name, value in {**kept, **variables}.items()}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=folder, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "sentinel" not in ended.stdout
    return ended.stdout


def test_a_proxy_that_asks_for_a_password_is_asked_once(proxy: Proxy, tmp_path: Path) -> None:
    text = told(tmp_path, HTTPS_PROXY=f"http://ada:sentinel@{proxy.place}")
    assert text.startswith("NetworkError ProxyAuthenticationRequired False ")
    assert f"http://{proxy.place} (HTTPS_PROXY)" in text
    assert proxy.connections == 1


@pytest.mark.parametrize("password", ["pass#sentinel", "pass/sentinel", "pass\\sentinel", "pass@sentinel"])
def test_an_address_that_reads_in_two_ways_is_refused_before_anything_is_sent(
    proxy: Proxy, tmp_path: Path, password: str
) -> None:
    text = told(tmp_path, HTTPS_PROXY=f"http://ada:{password}@{proxy.place}")
    assert text.startswith("ConfigError InvalidProxy False HTTPS_PROXY")
    assert "%23" in text
    assert "ada" not in text
    assert proxy.connections == 0


def test_a_file_of_certificates_that_is_missing_is_named(tmp_path: Path) -> None:
    text = told(tmp_path, REQUESTS_CA_BUNDLE="/no/such/bundle.pem")
    assert text.startswith("ConfigError InvalidCertificates False /no/such/bundle.pem (REQUESTS_CA_BUNDLE)")


@pytest.mark.skipif(sys.platform == "win32", reason="variables are UTF-16 there")
def test_a_variable_in_latin_1_is_named(tmp_path: Path) -> None:
    text = told(tmp_path, COGNITO_USER_POOL_ID="p\xe9".encode("latin-1"))
    assert text.startswith("ConfigError InvalidEncoding False the value of COGNITO_USER_POOL_ID is not UTF-8")
