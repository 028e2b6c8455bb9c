"""The local Cognito's domain: clients that use it, and a browser that walks its sign-in page."""

from __future__ import annotations

import socket
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
from local_cognito import Fixtures, administer

# Nothing of the surroundings stands between this machine and itself.
DIRECT = urllib.request.ProxyHandler({})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def page_client(cognito: Fixtures, redirect_uri: str, *, secret: bool = False) -> dict[str, Any]:
    """An app client that signs people in on the page."""
    made = administer(
        cognito.endpoint,
        "CreateUserPoolClient",
        UserPoolId=cognito.user_pool_id,
        ClientName="page",
        GenerateSecret=secret,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        CallbackURLs=[redirect_uri],
        SupportedIdentityProviders=["COGNITO"],
    )
    client: dict[str, Any] = made["UserPoolClient"]
    return client


def job_client(cognito: Fixtures) -> dict[str, Any]:
    """An app client that gets tokens for itself."""
    made = administer(
        cognito.endpoint,
        "CreateUserPoolClient",
        UserPoolId=cognito.user_pool_id,
        ClientName="job",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["reports/read", "reports/write"],
    )
    client: dict[str, Any] = made["UserPoolClient"]
    return client


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def address_at_the_end(link: str, cognito: Fixtures, *, password: str | None = None) -> str:
    """Signs in on the page behind the link. Gives the address that the browser is sent to."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
    form = {**query, "username": cognito.user_name, "password": password or cognito.password}
    request = urllib.request.Request(f"{cognito.endpoint}/login", urllib.parse.urlencode(form).encode())  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as redirect:
        urllib.request.build_opener(DIRECT, _Stay).open(request, timeout=30)
    with redirect.value:
        assert redirect.value.code in (302, 303), redirect.value.read()
        return str(redirect.value.headers["Location"])


def come_back(address: str) -> str:
    """What the browser does at the end, and the page that it is shown."""
    try:
        with urllib.request.build_opener(DIRECT).open(address, timeout=30) as page:
            return str(page.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.read().decode())


def denied(link: str) -> str:
    """The address that the browser is sent to when the person refuses."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
    answer = {"error": "access_denied", "error_description": "User cancelled", "state": query["state"]}
    return f"{query['redirect_uri']}?{urllib.parse.urlencode(answer)}"
