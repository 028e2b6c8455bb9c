"""Whose stored sign-in answers: what is given narrows it, and what is not given contradicts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from domain import job_client
from local_cognito import Fixtures
from mock_wire import MockWire
from signing_in import values

import cognitoken


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"file:{tmp_path}/tokens"


def operations(wire: MockWire) -> list[str]:
    return [entry["operation"] for entry in wire.journal()]


def test_a_client_id_or_a_name_alone_finds_the_sign_in(wire: MockWire, store: str) -> None:
    user = values(wire, wire.new_user("plain"))
    token = cognitoken.Session(**user, store=store).id_token()
    # Without the endpoint, which only the sign-in was told.
    given: dict[str, Any]
    for given in ({}, {"client_id": user["client_id"]}, {"user_pool_id": user["user_pool_id"]}):
        assert cognitoken.Session(**given, store=store).id_token() == token
    for name in (user["username"], user["username"].upper()):
        assert cognitoken.Session(name, client_id=user["client_id"], store=store).id_token() == token
    with pytest.raises(cognitoken.ConfigError):
        cognitoken.Session(client_id="another", store=store).id_token()


def test_a_session_answers_for_the_tokens_that_it_keeps(wire: MockWire, store: str) -> None:
    first, second = (values(wire, wire.new_user("plain")) for _ in range(2))
    cognitoken.Session(**first, store=store).tokens()
    session = cognitoken.Session(store=store, client_id=second["client_id"])
    session.keep(cognitoken.login(**second))
    assert session.id_token() == session.tokens().id_token
    assert second["username"] in str(session.status())
    assert session.sign_out() == "revoked"
    assert cognitoken.Session(store=store).id_token(), "the other one is signed in"


def test_a_clients_own_token_is_found_as_a_users_is(cognito: Fixtures, store: str) -> None:
    job = job_client(cognito)
    client = {"client_id": job["ClientId"], "client_secret": job["ClientSecret"], "domain": cognito.endpoint}
    token = cognitoken.Session(flow="client_credentials", store=store, **client).access_token()
    assert cognitoken.Session(store=store).headers() == {"Authorization": f"Bearer {token}"}
    assert cognitoken.Session(store=store).access_token() == token


def test_a_verifier_knows_the_pool_and_the_client_that_the_sign_in_knows(
    wire: MockWire, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    jwks_url = wire.pool()["jwks_url"]
    monkeypatch.setenv("COGNITO_STORE", store)
    with pytest.raises(cognitoken.ConfigError, match="user pool id"):
        cognitoken.Verifier(jwks_url=jwks_url)
    user = values(wire, wire.new_user("plain"))
    token = cognitoken.Session(**user, store=store).id_token()
    assert cognitoken.Verifier(jwks_url=jwks_url).verify(token)["aud"] == user["client_id"]
    with pytest.raises(cognitoken.TokenInvalid):
        cognitoken.Verifier(client_id="another", jwks_url=jwks_url, user_pool_id=user["user_pool_id"]).verify(token)
    with pytest.raises(cognitoken.ConfigError):
        cognitoken.Verifier(client_id="another", jwks_url=jwks_url)


def test_an_empty_argument_is_no_secret(
    wire: MockWire, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every secret is in .env, so may be the endpoint; an empty argument is no secret."""
    user = values(wire, wire.new_user("plain"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        f"COGNITO_USER_NAME={user['username']}\nCOGNITO_PASSWORD={user['password']}\n"
        f"COGNITO_CLIENT_ID={user['client_id']}\nCOGNITO_ENDPOINT={wire.endpoint}\n"
        f"COGNITO_USER_POOL_ID={user['user_pool_id']}\n"
    )
    asked = len(operations(wire))
    tokens = {
        cognitoken.Session(password="", client_secret="", refresh_token="", totp_secret="", store=store).id_token()
        for _ in range(3)
    }
    assert len(tokens) == 1
    assert operations(wire)[asked:].count("InitiateAuth") == 1
