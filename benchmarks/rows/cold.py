"""From a new process to a printed ID token, the service on loopback."""

from __future__ import annotations

import os
import shutil
import sys

from measure import processes, run
from report import Row, Target, seconds
from service import CLIENT_ID, PASSWORD, USERNAME, Issuer, running

OURS = "import cognitoken; print(cognitoken.login().id_token)"
BOTO3 = """
import boto3, os
from botocore import UNSIGNED
from botocore.config import Config
client = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=os.environ["COGNITO_ENDPOINT"],
                      config=Config(signature_version=UNSIGNED))
answer = client.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=os.environ["COGNITO_CLIENT_ID"], AuthParameters={
    "USERNAME": os.environ["COGNITO_USER_NAME"], "PASSWORD": os.environ["COGNITO_PASSWORD"]})
print(answer["AuthenticationResult"]["IdToken"])
"""
REQUESTS = """
import os, requests
answer = requests.post(os.environ["COGNITO_ENDPOINT"], json={
    "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": os.environ["COGNITO_CLIENT_ID"], "AuthParameters": {
        "USERNAME": os.environ["COGNITO_USER_NAME"], "PASSWORD": os.environ["COGNITO_PASSWORD"]}},
    headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
             "Content-Type": "application/x-amz-json-1.1"})
print(answer.json()["AuthenticationResult"]["IdToken"])
"""
R = 'cat(cognitoken::get_jwt(), "\\n", sep = "")'


def measure(context: object) -> list[Row]:
    with running(Issuer()) as endpoint:
        environment = os.environ | {
            "COGNITO_ENDPOINT": endpoint, "COGNITO_CLIENT_ID": CLIENT_ID, "COGNITO_USER_NAME": USERNAME,
            "COGNITO_PASSWORD": PASSWORD, "COGNITO_STORE": "memory", "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        commands = {
            "cognitoken": [sys.executable, "-c", OURS],
            "cognitoken (shell)": ["cognitoken", "token"],
            "boto3": [sys.executable, "-c", BOTO3],
            "requests": [sys.executable, "-c", REQUESTS],
        }
        if shutil.which("Rscript"):
            commands["cognitoken (R)"] = ["Rscript", "--no-init-file", "-e", R]
        printed = {name: run(command, environment).output.strip() for name, command in commands.items()}
        assert len(set(printed.values())) == 1, printed
        measured = processes(commands, 15, environment)
    cpu = {name: both[0] for name, both in measured.items()}
    wall = {name: both[1] for name, both in measured.items()}
    ratio = wall["boto3"].median / wall["cognitoken"].median
    ours, shell = cpu["cognitoken"].median, cpu["cognitoken (shell)"].median
    return [
        Row(
            "cold", "CPU time of a new process that signs in and prints the ID token.", (1e-3, "ms"), cpu, "cognitoken",
            [
                Target("CPU from Python", "<= 20 ms", seconds(ours), ours <= 20e-3),
                Target("CPU from the shell", "<= 6 ms", seconds(shell), shell <= 6e-3),
            ],
        ),
        Row(
            "cold, wall", "Wall time of the same.", (1e-3, "ms"), wall, "cognitoken",
            [Target("boto3 against ours", ">= 14 times", f"{ratio:.1f}", ratio >= 14)],
        ),
    ]  # fmt: skip
