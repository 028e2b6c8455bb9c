"""Signing in and refreshing, against the local Cognito."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_cognito import Fixtures

import cognitoken

FLOWS = ["auto", "srp", "password"]


def sign_in(cognito: Fixtures, **changes: Any) -> cognitoken.Tokens:
    values: dict[str, Any] = {
        "username": cognito.user_name,
        "password": cognito.password,
        "client_id": cognito.client_id,
    }
    values |= {"user_pool_id": cognito.user_pool_id, "endpoint": cognito.endpoint}
    return cognitoken.login(**{**values, **changes})


@pytest.mark.parametrize("flow", FLOWS)
def test_a_public_client_signs_in(cognito: Fixtures, flow: str) -> None:
    tokens = sign_in(cognito, flow=flow)
    assert tokens.claims["cognito:username"] == cognito.user_name
    assert tokens.claims["aud"] == cognito.client_id


@pytest.mark.parametrize("flow", FLOWS)
def test_a_client_with_a_secret_signs_in(cognito: Fixtures, flow: str) -> None:
    tokens = sign_in(cognito, client_id=cognito.secret_client_id, client_secret=cognito.client_secret, flow=flow)
    assert tokens.claims["aud"] == cognito.secret_client_id


def test_values_come_in_the_documented_order(cognito: Fixtures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGNITO_ENDPOINT", cognito.endpoint)
    tokens = cognitoken.login(cognito.user_name, cognito.password, cognito.client_id, cognito.region)
    id_token, access_token, refresh_token = tokens
    assert (id_token, access_token, refresh_token) == (tokens.id_token, tokens.access_token, tokens.refresh_token)
    assert cognitoken.decode(id_token).payload["token_use"] == "id"
    assert cognitoken.decode(access_token).payload["token_use"] == "access"


@pytest.mark.usefixtures("environment")
def test_everything_comes_from_the_environment(cognito: Fixtures) -> None:
    assert cognitoken.login().claims["email"] == cognito.email


def test_everything_comes_from_a_dotenv_file(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("".join(f'{name}="{value}"\n' for name, value in environment.items()))
    for name in environment:
        monkeypatch.delenv(name)
    assert cognitoken.login().claims["token_use"] == "id"


def test_an_argument_goes_before_the_environment(environment: dict[str, str]) -> None:
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.login(environment["COGNITO_USER_NAME"], "another password")


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"username": "nobody"}], ids=["wrong password", "unknown user"]
)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_refusal_says_what_to_check(cognito: Fixtures, flow: str, changes: dict[str, str]) -> None:
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        sign_in(cognito, flow=flow, **changes)
    assert caught.value.code == "NotAuthorizedException"
    assert caught.value.hint is not None
    assert "COGNITO_PASSWORD" in caught.value.hint
    assert not caught.value.retryable


@pytest.mark.parametrize("flow", FLOWS)
def test_a_wrong_client_secret_is_refused(cognito: Fixtures, flow: str) -> None:
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        sign_in(cognito, client_id=cognito.secret_client_id, client_secret="not the secret", flow=flow)
    assert "not the secret" not in str(caught.value)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_USER_NAME"):
        cognitoken.login()
    # The client comes first: nobody types a password for a sign-in that cannot be.
    for given in (["ada"], ["ada", "password"]):
        with pytest.raises(cognitoken.ConfigError, match="COGNITO_CLIENT_ID"):
            cognitoken.login(*given)
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_PASSWORD"):
        cognitoken.login("ada", client_id="client")
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_REFRESH_TOKEN"):
        cognitoken.refresh()


@pytest.mark.parametrize(
    "changes",
    [
        {"flow": "guess"},
        {"user_pool_id": "no pool id"},
        {"region": "nowhere"},
        {"endpoint": "http://example.com"},
        {"timeout": 0},
        {"timeout": -1.0},
        {"timeout": float("nan")},
    ],
    ids=str,
)
def test_a_value_that_cannot_be_meant_is_a_config_error(cognito: Fixtures, changes: dict[str, object]) -> None:
    with pytest.raises(cognitoken.ConfigError) as caught:
        sign_in(cognito, **changes)
    assert caught.value.hint


def test_the_region_of_the_machine_says_nothing_about_a_pool_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "nowhere")
    for pool, given, region in [
        ("eu-west-1_AbCdEfGhI", None, "eu-west-1"),
        ("eu-west-1_AbCdEfGhI", "eu-west-3", "eu-west-3"),
        (None, None, "ap-south-1"),
    ]:
        with pytest.raises(cognitoken.RequestTimeout, match=rf"cognito-idp\.{region}\.amazonaws\.com"):
            cognitoken.login("ada", "password", "client", given, user_pool_id=pool, timeout=1e-9)


@pytest.mark.parametrize("name", ["username", "password", "client_id", "client_secret", "flow", "endpoint"])
@pytest.mark.parametrize("function", [cognitoken.login, cognitoken.login_async])
def test_a_wrong_type_is_a_type_error_that_does_not_show_it(function: Callable[..., object], name: str) -> None:
    with pytest.raises(TypeError) as caught:
        function(**{name: b"s3cret-bytes"})
    assert "s3cret" not in "".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


def test_a_refresh_keeps_the_refresh_token(cognito: Fixtures) -> None:
    first = sign_in(cognito)
    second = first.refresh()
    assert second is not first
    assert second.refresh_token == first.refresh_token
    assert second.claims["sub"] == first.claims["sub"]


def test_a_client_with_a_secret_refreshes_after_a_sign_in_by_alias(cognito: Fixtures) -> None:
    tokens = sign_in(
        cognito,
        username=cognito.email,
        client_id=cognito.alias_client_id,
        client_secret=cognito.alias_client_secret,
        user_pool_id=cognito.alias_user_pool_id,
    )
    assert tokens.refresh().claims["email"] == cognito.email


def test_a_refresh_token_alone_is_enough(cognito: Fixtures, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_token = sign_in(cognito).refresh_token
    monkeypatch.setenv("COGNITO_ENDPOINT", cognito.endpoint)
    tokens = cognitoken.refresh(refresh_token, cognito.client_id)
    assert tokens.claims["email"] == cognito.email
    monkeypatch.setenv("COGNITO_REFRESH_TOKEN", refresh_token)
    monkeypatch.setenv("COGNITO_CLIENT_ID", cognito.client_id)
    assert cognitoken.refresh().claims["email"] == cognito.email
    assert asyncio.run(cognitoken.refresh_async()).claims["email"] == cognito.email


def test_a_refresh_token_that_is_none_is_refused(cognito: Fixtures) -> None:
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.refresh("no such token", cognito.client_id, endpoint=cognito.endpoint)


def test_the_twins_take_the_same_arguments() -> None:
    assert inspect.signature(cognitoken.login) == inspect.signature(cognitoken.login_async)
    assert inspect.signature(cognitoken.refresh) == inspect.signature(cognitoken.refresh_async)
    assert list(inspect.signature(cognitoken.login).parameters)[:4] == ["username", "password", "client_id", "region"]
