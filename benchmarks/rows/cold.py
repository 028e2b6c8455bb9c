"""From a new process to a printed ID token, the service on loopback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import workers
from issuer import Issuer
from measure import processes, run
from results import Row, at_least, at_most
from service import running

from rows.surroundings import signing_in

OURS = "import cognitoken; print(cognitoken.login().id_token)"
R = 'cat(cognitoken::get_jwt(), "\\n", sep = "")'
PEERS = str(workers.FOLDER / "python" / "cold.py")


def measure(_wheels: Path) -> list[Row]:
    with running(Issuer().tokens()) as service:
        environment = signing_in(service.endpoint)
        commands = {
            "cognitoken": [sys.executable, "-c", OURS],
            "cognitoken (shell)": [os.environ["COGNITOKEN_COMMAND"], "token"],
            "boto3": [sys.executable, PEERS, "boto3"],
            "requests": [sys.executable, PEERS, "requests"],
        }
        if workers.has_r():
            commands["cognitoken (R)"] = ["Rscript", "--no-init-file", "-e", R]
        printed = {name: run(command, environment).output.strip() for name, command in commands.items()}
        assert len(set(printed.values())) == 1, printed
        assert len(printed["cognitoken"]) > 500
        measured = processes(commands, 15, environment)
    cpu = {name: both[0] for name, both in measured.items()}
    wall = {name: both[1] for name, both in measured.items()}
    return [
        Row(
            "cold", "CPU time of a new process that signs in and prints the ID token.", (1e-3, "ms"), cpu, "cognitoken",
            [
                at_most("new process to a printed token, Python, CPU", cpu["cognitoken"].median, 20e-3),
                at_most("new process to a printed token, shell, CPU", cpu["cognitoken (shell)"].median, 6e-3),
                at_least("boto3 against ours, CPU", cpu["boto3"].median / cpu["cognitoken"].median, 14),
            ],
        ),
        Row(
            "cold, wall", "Wall time of the same.", (1e-3, "ms"), wall, "cognitoken",
            [at_least("boto3 against ours, wall", wall["boto3"].median / wall["cognitoken"].median, 14)],
        ),
    ]  # fmt: skip
