"""A session: silent first, kept in its store, and never anybody else's."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from domain import job_client
from local_cognito import Fixtures
from mock_wire import MockWire
from signing_in import values

import cognitoken

SMS_CODE = "246810"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"file:{tmp_path}/tokens"


def session(wire: MockWire, user: dict[str, str], **options: Any) -> cognitoken.Session:
    return cognitoken.Session(**values(wire, user, **options))


def silent(wire: MockWire, user: dict[str, str], **options: Any) -> cognitoken.Session:
    """A session that has no password to sign in with."""
    return session(wire, user, password=None, **options)


def operations(wire: MockWire) -> list[str]:
    return [entry["operation"] for entry in wire.journal()]


def files(store: str, ending: str) -> list[Path]:
    return sorted(Path(store.removeprefix("file:")).glob(f"*{ending}"))


def test_one_sign_in_serves_every_session_of_the_store(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    first = session(wire, user, store=store)
    tokens = first.tokens()
    assert first.id_token() == tokens.id_token
    assert operations(wire) == ["InitiateAuth", "RespondToAuthChallenge"]

    second = silent(wire, user, store=store)
    assert second.id_token() == tokens.id_token
    assert second.access_token() == tokens.access_token
    assert second.headers() == {"Authorization": f"Bearer {tokens.id_token}"}
    assert second.tokens().refresh_token == tokens.refresh_token
    assert operations(wire) == ["InitiateAuth", "RespondToAuthChallenge"], "nothing more was asked"


def test_the_one_stored_identity_answers_where_nobody_is_named(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    token = session(wire, user, store=store).id_token()
    assert silent(wire, user, username=None, store=store).id_token() == token
    assert cognitoken.Session(store=store, timeout=10).id_token() == token, "not even a client is named"

    other = wire.new_user("plain")
    session(wire, other, store=store).tokens()
    with pytest.raises(cognitoken.ConfigError) as caught:
        silent(wire, user, username=None, store=store).tokens()
    assert caught.value.code == "SeveralIdentities"
    assert user["name"] in caught.value.message
    assert other["name"] in caught.value.message


def test_a_user_is_known_by_the_alias_that_they_signed_in_with(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain", pool="alias")
    token = session(wire, user, pool="alias", store=store).id_token()
    assert silent(wire, user, pool="alias", store=store).id_token() == token
    assert silent(wire, user, pool="alias", username=user["name"], store=store).id_token() == token


def test_no_token_answers_for_another_user_client_or_pool(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    session(wire, user, store=store).tokens()
    others: list[dict[str, Any]] = [
        {"username": "somebody-else"},
        {"client": "srp_only"},
        {"user_pool_id": wire.pool("alias")["id"]},
        {"endpoint": wire.endpoint.replace("127.0.0.1", "localhost")},
    ]
    for other in others:
        with pytest.raises(cognitoken.ConfigError, match="COGNITO_PASSWORD"):
            silent(wire, user, store=store, **other).tokens()


def test_two_pools_may_have_the_same_client_id(wire: MockWire, store: str) -> None:
    tokens = {}
    for pool in ("plain", "alias"):
        client = wire.control("new_client", pool=pool, secret=False)
        user = wire.new_user("plain", pool=pool)
        own = session(wire, user, pool=pool, client_id=client["id"], store=store)
        tokens[pool] = (own.id_token(), client["id"])
    # As if both pools had given out the same id.
    folder = Path(store.removeprefix("file:"))
    ids = [client_id for _, client_id in tokens.values()]
    client_name = _client_name(folder, ids[0])
    for entry in list(folder.glob("*.json")):
        entry.write_text(entry.read_text().replace(ids[1], ids[0]))
        entry.rename(entry.with_name(f"{client_name}-{entry.name.split('-')[1]}"))
    for pool, (token, _) in tokens.items():
        own = cognitoken.Session(
            client_id=ids[0], user_pool_id=wire.pool(pool)["id"], endpoint=wire.endpoint, store=store
        )
        assert own.id_token() == token


def _client_name(folder: Path, client_id: str) -> str:
    """What the names of this client's entries begin with."""
    for entry in folder.glob("*.json"):
        if json.loads(entry.read_text())["entry"]["identity"]["client_id"] == client_id:
            return entry.name.split("-")[0]
    raise AssertionError("the client has no entry")


def test_refresh_is_now_and_for_everybody(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    mine, theirs = session(wire, user, store=store), silent(wire, user, store=store)
    before = mine.tokens()
    after = mine.refresh()
    assert after.id_token != before.id_token
    assert theirs.id_token() == after.id_token
    assert theirs.refresh().id_token != after.id_token
    assert operations(wire).count("GetTokensFromRefreshToken") == 2


def test_an_expired_token_is_refreshed_by_its_own_expiry_and_margin(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    client = wire.control("new_client", pool="plain", secret=False, token_seconds=1)
    mine = session(wire, user, client_id=client["id"], store=store)
    first = mine.tokens()
    wire.control("set_client", client_id=client["id"], token_seconds=3600)
    while (second := mine.tokens()).id_token == first.id_token:
        assert second.expires_at > 0
    assert operations(wire).count("GetTokensFromRefreshToken") == 1
    assert mine.id_token() == second.id_token


@pytest.mark.parametrize("offset", [-86_400, 86_400])
def test_a_clock_that_is_a_day_off_costs_no_refresh(wire: MockWire, store: str, offset: int) -> None:
    wire.control("clock", offset=offset)
    try:
        user = wire.new_user("plain")
        token = session(wire, user, store=store).id_token()
        mine = silent(wire, user, store=store)
        assert [mine.id_token(), silent(wire, user, store=store).id_token()] == [token, token]
        assert "GetTokensFromRefreshToken" not in operations(wire)
    finally:
        wire.control("clock", offset=0)


def test_a_refresh_token_of_the_environment_is_a_start_without_a_password(
    wire: MockWire, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = wire.new_user("plain")
    monkeypatch.setenv("COGNITO_REFRESH_TOKEN", session(wire, user).tokens().refresh_token)
    wire.control("clear_journal")
    job = silent(wire, user, username=None, store=store)
    token = job.id_token()
    assert silent(wire, user, username=None, store=store).id_token() == token
    assert operations(wire) == ["GetTokensFromRefreshToken"]
    monkeypatch.setenv("COGNITO_REFRESH_TOKEN", "another-refresh-token-of-somebody-else")
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        silent(wire, user, username=None, store=store).id_token()
    assert "another-refresh-token" not in f"{caught.value!r} {caught.value.hint}"


def test_a_fixed_token_is_given_out_as_long_as_it_is_good(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> None:
    user = wire.new_user("plain")
    client = wire.control("new_client", pool="plain", secret=False, token_seconds=1)
    old = session(wire, user, client_id=client["id"]).tokens()
    good = session(wire, user).tokens()
    wire.control("clear_journal")
    monkeypatch.setenv("COGNITO_ID_TOKEN", good.id_token)
    fixed = cognitoken.Session()
    assert fixed.id_token() == good.id_token
    assert fixed.headers() == good.headers
    assert fixed.status().store == "COGNITO_ID_TOKEN"
    with pytest.raises(cognitoken.ConfigError, match="fixed"):
        fixed.tokens()
    expired = cognitoken.Session(id_token=old.id_token)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and time.time() <= old.expires_at:
        time.sleep(0.01)
    with pytest.raises(cognitoken.TokenExpired):
        expired.id_token()
    assert operations(wire) == []


def test_a_session_of_the_client_itself(cognito: Fixtures, store: str) -> None:
    job = job_client(cognito)
    client = {"client_id": job["ClientId"], "client_secret": job["ClientSecret"], "domain": cognito.endpoint}
    mine = cognitoken.Session(flow="client_credentials", store=store, token_use="access", **client)
    token = mine.access_token()
    assert mine.headers() == {"Authorization": f"Bearer {token}"}
    assert mine.tokens().refresh_token is None
    other = cognitoken.Session(flow="client_credentials", store=store, token_use="access", **client)
    assert other.access_token() == token
    assert mine.refresh().access_token != token


def test_a_challenge_is_answered_by_on_challenge(wire: MockWire, store: str) -> None:
    user = wire.new_user("sms")
    asked: list[str] = []

    def answer(challenge: cognitoken.Challenge) -> str:
        asked.append(challenge.name)
        return SMS_CODE

    mine = session(wire, user, store=store, on_challenge=answer)
    assert mine.tokens().claims["cognito:username"] == user["name"]
    assert silent(wire, user, store=store).id_token() == mine.id_token()
    assert asked == ["SMS_MFA"]
    again = wire.new_user("sms")
    twin = session(wire, again, on_challenge=answer)
    assert asyncio.run(twin.tokens_async()).claims["cognito:username"] == again["name"]


def test_tokens_of_an_answered_challenge_are_kept(wire: MockWire, store: str) -> None:
    user = wire.new_user("sms")
    mine = session(wire, user, store=store)
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        mine.tokens()
    assert caught.value.challenge is not None
    tokens = caught.value.challenge.respond(SMS_CODE)
    assert isinstance(tokens, cognitoken.Tokens)
    mine.keep(tokens)
    assert silent(wire, user, store=store).id_token() == tokens.id_token


def test_kept_tokens_are_their_own_users_whoever_is_named(wire: MockWire, store: str) -> None:
    ada, bob = wire.new_user("plain"), wire.new_user("plain")
    of_ada = silent(wire, ada, store=store)
    of_ada.keep(session(wire, bob).tokens())
    with pytest.raises(cognitoken.ConfigError):
        silent(wire, ada, store=store).tokens()
    with pytest.raises(cognitoken.ConfigError, match="another app client"):
        silent(wire, ada, client="srp_only", store=store).keep(session(wire, bob).tokens())


def test_a_remembered_device_is_remembered_by_the_store(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain", pool="devices")
    first = session(wire, user, pool="devices", store=store, remember_device=True).tokens()
    assert first.device is not None
    again = silent(wire, user, pool="devices", store=store).refresh()
    assert again.device is not None
    assert again.device.key == first.device.key


def test_signing_out_forgets_and_says_how_far_it_went(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    mine = session(wire, user, store=store)
    assert mine.sign_out() == "nothing"
    tokens = mine.tokens()
    assert mine.sign_out() == "revoked"
    assert files(store, ".json") == []
    with pytest.raises(cognitoken.AuthenticationError):
        tokens.refresh()
    mine.tokens()
    assert mine.sign_out(everywhere=True) == "everywhere"
    assert operations(wire)[-1] == "GlobalSignOut"
    mine.tokens()
    wire.fault("error", operation="RevokeToken", code="UnsupportedTokenTypeException", times=1)
    with pytest.warns(cognitoken.StoreWarning, match="could not be revoked"):
        assert mine.sign_out() == "local"
    assert files(store, ".json") == []


def test_the_async_twins_do_the_same(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    mine = session(wire, user, store=store)

    async def use() -> list[str]:
        tokens = await mine.tokens_async()
        everybody = await asyncio.gather(*(mine.id_token_async() for _ in range(20)))
        assert set(everybody) == {tokens.id_token}
        assert await mine.access_token_async() == tokens.access_token
        assert await mine.headers_async() == tokens.headers
        fresh = await mine.refresh_async()
        await mine.keep_async(fresh)
        return [tokens.id_token, fresh.id_token, await mine.sign_out_async()]

    before, after, out = asyncio.run(use())
    assert before != after
    assert out == "revoked"
    assert operations(wire) == ["InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken", "RevokeToken"]


def test_what_is_shown_holds_no_secret(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    mine = session(wire, user, store=store, background_refresh=True)
    assert "Session" in repr(mine)
    tokens = mine.tokens()
    shown = f"{mine!r} {mine._repr_html_()} {mine.status()}"
    assert tokens.claims["email"] in repr(mine)
    for secret in (*tokens, user["password"]):
        assert secret not in shown
    assert mine.store == store
    for secret_object in (mine, tokens):
        with pytest.raises(TypeError, match="store"):
            pickle.dumps(secret_object)
    assert copy.copy(mine) is mine


def test_files_are_closed_to_others_and_open_ones_are_refused(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    session(wire, user, store=store).tokens()
    folder = Path(store.removeprefix("file:"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    (entry,) = files(store, ".json")
    for path, mode in ((entry, 0o644), (folder, 0o755)):
        closed = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode)
        with pytest.raises(cognitoken.StoreError) as caught:
            silent(wire, user, store=store).tokens()
        assert caught.value.code == "NotPrivate"
        assert caught.value.hint is not None
        assert "chmod" in caught.value.hint
        path.chmod(closed)
    silent(wire, user, store=store).tokens()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is damaged"),
        ("{", "is damaged"),
        ('{"version": 1, "entry": {"identity": 5}}', "is damaged"),
        ('{"version": 2, "form": "of the future"}', "later version"),
        ("\x00\x01", "is damaged"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_and_set_aside(
    wire: MockWire, store: str, content: str, complaint: str
) -> None:
    user = wire.new_user("plain")
    session(wire, user, store=store).tokens()
    (entry,) = files(store, ".json")
    entry.write_text(content)
    with pytest.warns(cognitoken.StoreWarning, match=complaint):
        session(wire, user, store=store).tokens()
    (aside,) = files(store, ".damaged")
    assert aside.read_text() == content
    assert silent(wire, user, store=store).id_token().count(".") == 2


def test_a_key_seals_what_is_stored(wire: MockWire, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = wire.new_user("plain")
    monkeypatch.setenv("COGNITO_STORE_KEY", "11" * 32)
    tokens = session(wire, user, store=store).tokens()
    (entry,) = files(store, ".json")
    for secret in (*tokens, user["name"]):
        assert secret not in entry.read_text()
    assert silent(wire, user, store=store).id_token() == tokens.id_token

    for key in ("22" * 32, ""):
        monkeypatch.setenv("COGNITO_STORE_KEY", key)
        with pytest.raises(cognitoken.StoreError) as caught:
            session(wire, user, store=store).tokens()
        assert caught.value.code == "WrongKey"
        assert files(store, ".json") == [entry], "it is neither touched nor taken for damaged"
    monkeypatch.setenv("COGNITO_STORE_KEY", "short")
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_STORE_KEY"):
        session(wire, user, store=store)


def test_the_keyring_store_says_where_there_is_no_keyring(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", os.getcwd())
    mine = session(wire, wire.new_user("plain"), store="keyring")
    with pytest.raises(cognitoken.StoreError) as caught:
        mine.tokens()
    assert caught.value.code == "NoKeyring"
    assert caught.value.hint is not None
    assert "file" in caught.value.hint


@pytest.mark.parametrize("store", ["disk", "file:", "mysql://host", "redis:"])
def test_a_store_that_is_not_known_is_a_config_error(store: str) -> None:
    with pytest.raises(cognitoken.ConfigError):
        cognitoken.Session(client_id="client", store=store)
