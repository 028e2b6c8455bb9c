"""One call on a connection that is kept."""

from __future__ import annotations

import boto3
import httpx
import requests
from botocore import UNSIGNED
from botocore.config import Config
from measure import calls
from report import Row, Target, seconds
from service import CLIENT_ID, PASSWORD, USERNAME, Issuer, running

import cognitoken


def measure(_context: object) -> list[Row]:
    parameters = {"USERNAME": USERNAME, "PASSWORD": PASSWORD}
    body = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": CLIENT_ID, "AuthParameters": parameters}
    headers = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        "Content-Type": "application/x-amz-json-1.1",
    }
    with running(Issuer()) as endpoint, requests.Session() as http, httpx.Client(trust_env=False) as client:
        http.trust_env = False
        unsigned = Config(signature_version=UNSIGNED)
        aws = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=endpoint, config=unsigned)
        contenders = {
            "cognitoken": lambda: (
                cognitoken.login(USERNAME, PASSWORD, CLIENT_ID, flow="password", endpoint=endpoint).id_token
            ),
            "boto3": lambda: aws.initiate_auth(**body)["AuthenticationResult"]["IdToken"],
            "requests": lambda: http.post(endpoint, json=body, headers=headers).json()[
                "AuthenticationResult"
            ]["IdToken"],
            "httpx": lambda: client.post(endpoint, json=body, headers=headers).json()["AuthenticationResult"][
                "IdToken"
            ],
        }
        assert len({contender() for contender in contenders.values()}) == 1
        measured = calls(contenders, batch_seconds=0.05)
    ours = measured["cognitoken"].median
    target = Target("Python", "<= 200 us wall", seconds(ours), ours <= 200e-6)
    return [
        Row(
            "warm",
            "Wall time of one sign-in on a kept connection.",
            (1e-6, "us"),
            measured,
            "cognitoken",
            [target],
        )
    ]
