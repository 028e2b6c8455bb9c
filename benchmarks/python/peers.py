"""Sign-ins of the peers, each written as somebody would who has but that library."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

HEADERS = {
    "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    "Content-Type": "application/x-amz-json-1.1",
}


def body() -> dict[str, Any]:
    parameters = {"USERNAME": os.environ["COGNITO_USER_NAME"], "PASSWORD": os.environ["COGNITO_PASSWORD"]}
    client_id = os.environ["COGNITO_CLIENT_ID"]
    return {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client_id, "AuthParameters": parameters}


def _id_token(answer: dict[str, Any]) -> str:
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token


def with_cognitoken() -> Callable[[], str]:
    import cognitoken

    return lambda: cognitoken.Session().id_token()


def with_boto3(connections: int = 10) -> Callable[[], str]:
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    client = boto3.client(
        "cognito-idp", region_name="us-east-1", endpoint_url=os.environ["COGNITO_ENDPOINT"],
        config=Config(signature_version=UNSIGNED, max_pool_connections=connections),
    )  # fmt: skip
    return lambda: _id_token(client.initiate_auth(**body()))


def with_requests() -> Callable[[], str]:
    import requests

    http = requests.Session()
    return lambda: _id_token(http.post(os.environ["COGNITO_ENDPOINT"], json=body(), headers=HEADERS).json())


def with_httpx() -> Callable[[], str]:
    import httpx

    client = httpx.Client()
    return lambda: _id_token(client.post(os.environ["COGNITO_ENDPOINT"], json=body(), headers=HEADERS).json())


def with_httpx_async(connections: int) -> Callable[[], Awaitable[str]]:
    import httpx

    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    client = httpx.AsyncClient(limits=limits, timeout=60)

    async def sign_in() -> str:
        answer = await client.post(os.environ["COGNITO_ENDPOINT"], json=body(), headers=HEADERS)
        return _id_token(answer.json())

    return sign_in
