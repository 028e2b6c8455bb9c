"""One sign-in on a connection that is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import httpx
import requests
from botocore import UNSIGNED
from botocore.config import Config

import cognitoken

HEADERS = {
    "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    "Content-Type": "application/x-amz-json-1.1",
}


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Each gives the ID token."""
    user, password, client, endpoint = given["user"], given["password"], given["client"], given["endpoint"]
    parameters = {"USERNAME": user, "PASSWORD": password}
    body = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": parameters}
    http = requests.Session()
    http.trust_env = False
    kept = httpx.Client(trust_env=False)
    unsigned = Config(signature_version=UNSIGNED)
    aws = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=endpoint, config=unsigned)

    def posted(post: Callable[..., Any]) -> str:
        token: str = post(endpoint, json=body, headers=HEADERS).json()["AuthenticationResult"]["IdToken"]
        return token

    return {
        "cognitoken": lambda: (
            cognitoken.login(user, password, client, flow="password", endpoint=endpoint).id_token
        ),
        "boto3": lambda: aws.initiate_auth(**body)["AuthenticationResult"]["IdToken"],
        "requests": lambda: posted(http.post),
        "httpx": lambda: posted(kept.post),
    }
