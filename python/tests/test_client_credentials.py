"""Tokens for a client without a user, from the local Cognito's domain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from domain import job_client
from local_cognito import Fixtures
from misbehaving_server import MisbehavingServer

import cognitoken


@pytest.fixture(scope="session")
def job(cognito: Fixtures) -> dict[str, Any]:
    return job_client(cognito)


def get(cognito: Fixtures, job: dict[str, Any], **options: Any) -> cognitoken.Tokens:
    given: dict[str, Any] = {"client_id": job["ClientId"], "client_secret": job["ClientSecret"]}
    return cognitoken.client_credentials(**{**given, "domain": cognito.endpoint, **options})


@pytest.mark.parametrize("client_authentication", ["basic", "body"])
@pytest.mark.parametrize("scopes", [["reports/read"], "reports/read reports/write", None], ids=str)
def test_there_is_an_access_token_and_nothing_else(
    cognito: Fixtures, job: dict[str, Any], scopes: Any, client_authentication: str
) -> None:
    tokens = get(cognito, job, scopes=scopes, client_authentication=client_authentication)
    id_token, access_token, refresh_token = tokens
    assert id_token is None
    assert refresh_token is None
    claims = cognitoken.decode(access_token).payload
    assert claims["client_id"] == job["ClientId"]
    assert tokens.claims == claims
    assert tokens.headers == {"Authorization": f"Bearer {access_token}"}
    assert job["ClientId"] in repr(tokens)
    assert job["ClientId"] in tokens._repr_html_()
    assert access_token not in repr(tokens) + tokens._repr_html_()
    with pytest.raises(cognitoken.AuthenticationError, match="refresh token"):
        tokens.refresh()


def test_one_is_kept_for_its_life(cognito: Fixtures, job: dict[str, Any]) -> None:
    first = get(cognito, job, scopes=["reports/write"])
    assert get(cognito, job, scopes=["reports/write"]).access_token == first.access_token
    assert get(cognito, job, scopes=["reports/read"]).access_token != first.access_token


def test_everything_comes_from_the_environment(
    cognito: Fixtures, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COGNITO_CLIENT_ID", job["ClientId"])
    monkeypatch.setenv("COGNITO_CLIENT_SECRET", job["ClientSecret"])
    monkeypatch.setenv("COGNITO_DOMAIN", cognito.endpoint)
    tokens = asyncio.run(cognitoken.client_credentials_async())
    assert cognitoken.client_credentials().claims["client_id"] == tokens.claims["client_id"] == job["ClientId"]


def test_refusals_have_oauth_s_names(cognito: Fixtures, job: dict[str, Any]) -> None:
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        get(cognito, job, client_secret="wr0ng-s3cret")
    assert caught.value.code == "invalid_client"
    assert "wr0ng-s3cret" not in f"{caught.value}{caught.value.hint}{vars(caught.value)}"
    with pytest.raises(cognitoken.CognitoError) as refused:
        get(cognito, job, scopes=["openid"])
    assert refused.value.code == "invalid_scope"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"client_id": None}, "COGNITO_CLIENT_ID"),
        ({"client_secret": None}, "COGNITO_CLIENT_SECRET"),
        ({"domain": None}, "COGNITO_DOMAIN"),
        ({"client_authentication": "bearer"}, "client authentication"),
        ({"timeout": 0}, "time limit"),
        ({"domain": "http://example.com"}, "COGNITO_DOMAIN"),
    ],
    ids=str,
)
def test_what_is_missing_or_malformed_is_named(
    cognito: Fixtures, job: dict[str, Any], changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(cognitoken.ConfigError, match=named):
        get(cognito, job, **changes)


def test_a_domain_that_does_not_answer_runs_into_the_time_limit(serve: Any) -> None:
    server: MisbehavingServer = serve(lambda _request: None)
    with pytest.raises(cognitoken.RequestTimeout):
        cognitoken.client_credentials("client", "s3cret", server.endpoint, timeout=0.5)
