"""From a new process to a printed ID token, the service on loopback."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import workers
from issuer import CLIENT_ID, PASSWORD, USERNAME, Issuer
from measure import Series, processes, run
from results import Row, Target
from service import running

from rows.surroundings import signing_in

OURS = "import cognitoken; print(cognitoken.login().id_token)"
R = 'cat(cognitoken::get_jwt(), "\\n", sep = "")'
PEERS = str(workers.FOLDER / "python" / "cold.py")
SHELL = "cognitoken (shell)"
MILLISECONDS = (1e-3, "ms")


def measure(_wheels: Path) -> list[Row]:
    with running(Issuer().tokens()) as service:
        environment = signing_in(service.endpoint)
        commands = {
            "cognitoken": [sys.executable, "-c", OURS],
            SHELL: [os.environ["COGNITOKEN_COMMAND"], "token"],
            "boto3": [sys.executable, PEERS, "boto3"],
            "requests": [sys.executable, PEERS, "requests"],
        }
        if workers.has_r():
            commands["cognitoken (R)"] = ["Rscript", "--no-init-file", "-e", R]
        printed = {name: run(command, environment).output.strip() for name, command in commands.items()}
        assert len(set(printed.values())) == 1, printed
        assert len(printed["cognitoken"]) > 500
        commands["curl"] = _curl(service.endpoint)
        assert printed["cognitoken"] in run(commands["curl"], environment).output
        commands["bare python"] = [sys.executable, "-c", ""]
        if workers.has_r():
            commands["bare Rscript"] = ["Rscript", "--no-init-file", "-e", "invisible()"]
        measured = processes(commands, 15, environment)
    cpu = {name: both[0] for name, both in measured.items()}
    wall = {name: both[1] for name, both in measured.items()}
    what = "CPU time of a new process that signs in and prints the ID token; of curl, the whole answer."
    return [
        Row("cold", what, MILLISECONDS, cpu, "cognitoken", "curl", _targets("CPU", cpu)),
        Row(
            "cold, wall",
            "Wall time of the same.",
            MILLISECONDS,
            wall,
            "cognitoken",
            "curl",
            _targets("wall", wall),
        ),
    ]


def _curl(endpoint: str) -> list[str]:
    """The same request by hand."""
    body = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": CLIENT_ID,
        "AuthParameters": {"USERNAME": USERNAME, "PASSWORD": PASSWORD},
    }
    headers = (
        "X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth",
        "Content-Type: application/x-amz-json-1.1",
    )
    given = [part for header in headers for part in ("--header", header)]
    return ["curl", "--silent", "--show-error", "--fail", *given, "--data", json.dumps(body), endpoint]


def _targets(what: str, series: dict[str, Series]) -> list[Target]:
    """In the shell, curl is the limit; in a language, curl and the language's own start."""
    curl = series["curl"]
    targets = [Target(f"new process to a printed token, shell, {what}", series[SHELL], curl, "curl", 1.0)]
    for language, ours, bare in (
        ("Python", "cognitoken", "bare python"),
        ("R", "cognitoken (R)", "bare Rscript"),
    ):
        if ours in series:
            limit = series[bare].plus(curl)
            name = f"new process to a printed token, {language}, {what}"
            targets.append(Target(name, series[ours], limit, f"{bare} and curl", 1.15))
    return targets
