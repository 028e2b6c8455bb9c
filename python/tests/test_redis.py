"""The redis store over TLS, on a cluster and behind a socket, and its secrets.

What it shares between machines is tried in tests/stress, and what servers refuse in core.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from mock_wire import MockWire
from signing_in import values
from stress.service import redis_cli, redis_cluster, redis_server

import cognitoken

PASSWORD = "redis-password-sentinel"
KEY = "cd" * 32


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine's and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "redis")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture(autouse=True)
def _redis(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("redis-server") is None:
        assert "CI" not in os.environ, "redis-server has to be here"
        pytest.skip("redis-server is not here")
    monkeypatch.setenv("COGNITO_STORE_KEY", KEY)


@pytest.fixture(params=["rediss", "valkeys"])
def url(request: pytest.FixtureRequest, certificate: Path, tmp_path: Path) -> Iterator[str]:
    """A redis that speaks TLS alone and wants a password."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--save", "",
         "--dir", str(tmp_path), "--requirepass", PASSWORD, "--tls-auth-clients", "no",
         "--tls-cert-file", str(certificate), "--tls-key-file", str(certificate),
         "--tls-ca-cert-file", str(certificate)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                assert server.poll() is None
                time.sleep(0.02)
        yield f"{request.param}://:{PASSWORD}@127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def test_tokens_rest_sealed_on_a_server_that_speaks_tls(
    wire: MockWire, url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = wire.new_user("plain")
    with pytest.raises(cognitoken.StoreError) as caught:
        cognitoken.Session(**values(wire, user, store=url)).tokens()
    assert PASSWORD not in f"{caught.value!r} {caught.value.hint}"

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mine = cognitoken.Session(**values(wire, user, store=url))
    tokens = mine.tokens()
    assert cognitoken.Session(**values(wire, user, password=None, store=url)).id_token() == tokens.id_token
    assert PASSWORD not in f"{mine!r} {mine.store} {mine.status()} {mine._repr_html_()}"
    wrong = url.replace(PASSWORD, "wrong")
    with pytest.raises(cognitoken.StoreError) as caught:
        cognitoken.Session(**values(wire, user, store=wrong)).tokens()
    assert caught.value.code == "StoreRefused"
    monkeypatch.setenv("COGNITO_STORE_KEY", "ef" * 32)
    with pytest.raises(cognitoken.StoreError) as caught:
        cognitoken.Session(**values(wire, user, store=url)).tokens()
    assert caught.value.code == "WrongKey"


def test_every_node_of_a_cluster_has_the_same_sign_ins(wire: MockWire) -> None:
    with redis_cluster() as url:
        port = url.rpartition(":")[2].rstrip("/")
        users = [wire.new_user("plain") for _ in range(3)]
        for user in users:
            cognitoken.Session(**values(wire, user, store=url)).tokens()
        others = [
            line.split()[1].partition("@")[0]
            for line in redis_cli(url, "CLUSTER", "NODES").splitlines()
            if f":{port}@" not in line
        ]
        assert len(others) == 2
        for other in [*others, ",".join(others)]:
            for user in users:
                session = cognitoken.Session(**values(wire, user, password=None, store=f"valkey://{other}"))
                assert session.refresh().refresh_token


@pytest.mark.skipif(os.name != "posix", reason="a unix socket")
def test_a_socket_is_a_store_and_its_password_is_not_shown(wire: MockWire, tmp_path: Path) -> None:
    socket_path = tmp_path / "redis.sock"
    with redis_server("--unixsocket", str(socket_path), "--requirepass", PASSWORD):
        url = f"redis+unix://{socket_path}?pass={PASSWORD}&db=1"
        user = wire.new_user("plain")
        session = cognitoken.Session(**values(wire, user, store=url))
        tokens = session.tokens()
        assert PASSWORD not in f"{session!r} {session.store} {session.status()} {session._repr_html_()}"
        assert session.store == f"redis+unix://{socket_path}"
        again = cognitoken.Session(**values(wire, user, password=None, store=url))
        assert again.id_token() == tokens.id_token


def test_what_a_server_refuses_is_said_in_words(wire: MockWire) -> None:
    user = wire.new_user("plain")
    with ExitStack() as servers:
        url = servers.enter_context(redis_server())
        port = url.rpartition(":")[2].rstrip("/")
        replica = servers.enter_context(redis_server("--replicaof", "127.0.0.1", port))
        for store, order, code, words in [
            (replica, None, "StoreReadOnly", "replica"),
            (url, ("CONFIG", "SET", "maxmemory", "1"), "StoreFull", "maxmemory"),
            (url, ("ACL", "SETUSER", "default", "-eval"), "StoreForbidden", "EVAL"),
        ]:
            if order:
                redis_cli(store, *order)
            with pytest.raises(cognitoken.StoreError) as caught:
                cognitoken.Session(**values(wire, user, store=store)).tokens()
            assert caught.value.code == code
            assert words in caught.value.message
            assert caught.value.hint
            assert not caught.value.retryable
