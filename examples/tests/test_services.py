"""The services that take a token: FastAPI, Flask and plumber, each asked with every kind of token."""

from __future__ import annotations

import base64
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, has_r_package, needs, surroundings

import cognitoken
from local_cognito import Fixtures, administer
from running_service import Answer, Service, running

FASTAPI = ROOT / "examples" / "python" / "fastapi_service.py"
FLASK = ROOT / "examples" / "python" / "flask_service.py"
PLUMBER = ROOT / "examples" / "r" / "plumber_service.R"
RUN_PLUMBER = "plumber::pr_run(plumber::pr(commandArgs(TRUE)), host = '127.0.0.1', docs = FALSE)"
UVICORN = [sys.executable, "-m", "uvicorn", "--port", "0"]
COMMANDS = {
    "fastapi": [*UVICORN, "--app-dir", str(FASTAPI.parent), f"{FASTAPI.stem}:app"],
    "flask": [sys.executable, "-m", "flask", "--app", str(FLASK), "run", "--port", "0"],
    "plumber": ["Rscript", "--no-init-file", "-e", RUN_PLUMBER, str(PLUMBER)],
}


class Tokens:
    """The tokens that a service meets. The genuine ones are from app clients of the local Cognito."""

    def __init__(self, cognito: Fixtures) -> None:
        self._cognito = cognito
        people = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
        self.client_id = self._new_client(
            **people, IdTokenValidity=-60, TokenValidityUnits={"IdToken": "seconds"}
        )[0]
        self.expired = self.of(cognito.user_name, self.client_id)
        self._administer("UpdateUserPoolClient", ClientId=self.client_id, IdTokenValidity=3600)
        self.genuine = self.of(cognito.user_name, self.client_id)

        self.second_client_id = self._new_client(**people)[0]
        self.other_client = self.of(cognito.user_name, self._new_client(**people)[0])
        self.other_pool = self.of(
            cognito.email,
            cognito.alias_client_id,
            user_pool_id=cognito.alias_user_pool_id,
            client_secret=cognito.alias_client_secret,
        )
        header, payload, signature = self.genuine.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        self.forged = ".".join([header, _part(claims | {"cognito:username": "mallory"}), signature])
        self.unsigned = ".".join([_part({"alg": "none", "typ": "JWT"}), payload, ""])

        self.job_client_id, self._job_client_secret = self._new_client(
            GenerateSecret=True,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=["reports/read", "reports/write"],
        )

    def of(self, user: str, client_id: str, **values: Any) -> str:
        """The ID token of a user."""
        endpoint = self._cognito.endpoint
        tokens = cognitoken.login(user, self._cognito.password, client_id, endpoint=endpoint, **values)
        assert tokens.id_token is not None
        return tokens.id_token

    def of_new_user(self, *, group: str | None, tenant: str) -> str:
        """The ID token of a user who is made for it."""
        name = f"user-{secrets.token_hex(4)}"
        attributes = [{"Name": "custom:aplos_user_tenant_id", "Value": tenant}]
        self._administer(
            "AdminCreateUser", Username=name, MessageAction="SUPPRESS", UserAttributes=attributes
        )
        self._administer(
            "AdminSetUserPassword", Username=name, Password=self._cognito.password, Permanent=True
        )
        if group is not None:
            self._administer("AdminAddUserToGroup", Username=name, GroupName=group)
        return self.of(name, self.client_id)

    def of_job(self, scope: str) -> str:
        """An access token of an app client itself."""
        return cognitoken.client_credentials(
            self.job_client_id, self._job_client_secret, self._cognito.domain, scope
        ).access_token

    def _new_client(self, **settings: object) -> tuple[str, str]:
        made = self._administer("CreateUserPoolClient", ClientName=secrets.token_hex(4), **settings)
        client = made["UserPoolClient"]
        return client["ClientId"], client.get("ClientSecret", "")

    def _administer(self, operation: str, **values: object) -> dict[str, Any]:
        return administer(self._cognito.endpoint, operation, UserPoolId=self._cognito.user_pool_id, **values)


def _part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def tokens(cognito: Fixtures) -> Tokens:
    return Tokens(cognito)


@contextmanager
def started(name: str, folder: Path, cognito: Fixtures, tokens: Tokens, **changed: str) -> Iterator[Service]:
    if name == "plumber":
        needs("plumber", has_r_package("plumber"))
    environment = surroundings() | {
        "COGNITO_USER_POOL_ID": cognito.user_pool_id,
        "COGNITO_CLIENT_ID": tokens.client_id,
        "COGNITO_JWKS_URL": cognito.jwks_url,
        "JOB_CLIENT_ID": tokens.job_client_id,
        "USER_POOL_IDS": cognito.user_pool_id,
        "CLIENT_IDS": f"{tokens.client_id} {tokens.second_client_id}",
    }
    with running(COMMANDS[name], environment | changed, folder) as service:
        yield service


@pytest.fixture(scope="module", params=list(COMMANDS))
def service(
    request: pytest.FixtureRequest,
    cognito: Fixtures,
    tokens: Tokens,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    with started(request.param, tmp_path_factory.mktemp(request.param), cognito, tokens) as service:
        yield service


only = partial(pytest.mark.parametrize, "service", indirect=True)


def challenge(error: str, code: str) -> str:
    return f'Bearer error="{error}", error_description="{code}"'


def assert_refused(answer: Answer, status: int, error: str, code: str) -> None:
    assert (answer.status, answer.challenge) == (status, challenge(error, code))
    assert list(json.loads(answer.body).values()) == [code]


def test_a_genuine_token_is_answered(service: Service, tokens: Tokens, cognito: Fixtures) -> None:
    for scheme in ("Bearer", "bearer"):
        answer = service.get("/reports", f"{scheme} {tokens.genuine}")
        assert (answer.status, answer.challenge) == (200, None)
        assert json.loads(answer.body) == {"reports for": cognito.user_name}


@pytest.mark.parametrize("authorization", [None, "Basic YWRhOnNlY3JldA==", "Bearer", "Bearer "])
def test_a_request_without_a_token_is_told_the_scheme_alone(
    service: Service, authorization: str | None
) -> None:
    answer = service.get("/reports", authorization)
    assert (answer.status, answer.challenge) == (401, "Bearer")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("expired", "TokenExpired"),
        ("forged", "InvalidSignature"),
        ("unsigned", "UnsupportedAlgorithm"),
        ("other_client", "InvalidAudience"),
        ("other_pool", "InvalidIssuer"),
    ],
)
def test_a_token_that_is_not_accepted_is_an_invalid_token(
    service: Service, tokens: Tokens, kind: str, code: str
) -> None:
    token = getattr(tokens, kind)
    answer = service.get("/reports", f"Bearer {token}")
    assert_refused(answer, 401, "invalid_token", code)


@pytest.mark.parametrize("text", ["not a token", "a.b.c", 'x"y', "%s%n", "\xe9"])
def test_a_malformed_token_is_an_invalid_token(service: Service, text: str) -> None:
    assert_refused(service.get("/reports", f"Bearer {text}"), 401, "invalid_token", "MalformedToken")


def test_a_user_outside_the_group_is_not_allowed(service: Service, tokens: Tokens) -> None:
    answer = service.get("/reports", f"Bearer {tokens.of_new_user(group=None, tenant='tenant-42')}")
    assert_refused(answer, 403, "insufficient_scope", "InvalidGroups")


def test_the_log_has_no_token(service: Service, tokens: Tokens) -> None:
    for token in (tokens.genuine, tokens.expired, tokens.forged):
        service.get("/reports", f"Bearer {token}")
    said = service.log.read_text()
    assert "Refused: the token expired at " in said
    for token in (tokens.genuine, tokens.expired, tokens.forged):
        assert not any(part in said for part in token.split("."))


@pytest.mark.parametrize("name", COMMANDS)
def test_keys_that_cannot_be_fetched_say_nothing_about_the_token(
    name: str, cognito: Fixtures, tokens: Tokens, tmp_path: Path
) -> None:
    # The local Cognito has no such pool, which it says with 404.
    no_keys = f"{cognito.endpoint}/us-east-1_Nothing/.well-known/jwks.json"
    with started(name, tmp_path, cognito, tokens, COGNITO_JWKS_URL=no_keys) as service:
        answer = service.get("/reports", f"Bearer {tokens.genuine}")
    assert (answer.status, answer.challenge, answer.headers["Retry-After"]) == (503, None, "5")


@only(["fastapi"])
def test_a_job_needs_the_scope(service: Service, tokens: Tokens) -> None:
    answer = service.get("/exports", f"Bearer {tokens.of_job('reports/read')}")
    assert (answer.status, json.loads(answer.body)) == (200, {"exports for": tokens.job_client_id})
    answer = service.get("/exports", f"Bearer {tokens.of_job('reports/write')}")
    assert answer.status == 403
    assert answer.challenge == challenge("insufficient_scope", "InvalidScopes") + ', scope="reports/read"'
    answer = service.get("/exports", f"Bearer {tokens.genuine}")
    assert_refused(answer, 401, "invalid_token", "InvalidTokenUse")


@only(["flask"])
def test_each_of_several_clients_is_accepted(service: Service, tokens: Tokens, cognito: Fixtures) -> None:
    token = tokens.of(cognito.user_name, tokens.second_client_id)
    assert service.get("/reports", f"Bearer {token}").status == 200


@only(["flask"])
def test_a_user_who_fails_the_services_own_check_is_not_allowed(
    service: Service, tokens: Tokens, cognito: Fixtures
) -> None:
    answer = service.get("/reports", f"Bearer {tokens.of_new_user(group=cognito.group, tenant='')}")
    assert_refused(answer, 403, "insufficient_scope", "RefusedByCheck")
