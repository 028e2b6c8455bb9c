"""What a new process pays for the import."""

from __future__ import annotations

import sys
from pathlib import Path

import workers
from measure import processes
from results import Row, at_least, at_most

PYTHON = {
    "bare python": "",
    "cognitoken": "import cognitoken",
    "boto3 + client": "import boto3; boto3.client('cognito-idp', region_name='us-east-1')",
    "pycognito": "import pycognito",
    "Aplos SDK": "import aplos_nca_saas_sdk.nca_resources.aws_cognito",
    "requests": "import requests",
    "httpx": "import httpx",
    "msal": "import msal",
}
R = {
    "bare Rscript": "invisible()",
    "cognitoken (R)": "library(cognitoken)",
    "httr2 (R)": "library(httr2)",
}


def measure(_wheels: Path) -> list[Row]:
    # What is imported counts, not the compiling of it that the first import does.
    commands = {name: [sys.executable, "-c", code] for name, code in PYTHON.items()}
    if workers.has_r():
        commands |= {name: ["Rscript", "--no-init-file", "-e", code] for name, code in R.items()}
    measured = processes(commands, 15)
    cpu = {name: both[0] for name, both in measured.items()}
    over = cpu["cognitoken"].median - cpu["bare python"].median
    ratio = measured["boto3 + client"][1].median / measured["cognitoken"][1].median
    rows = [
        Row(
            "import", "CPU time of a new Python process that imports and ends.", (1e-3, "ms"),
            {name: cpu[name] for name in PYTHON}, "cognitoken",
            [
                at_most("import in Python, CPU over bare python", over, 4e-3),
                at_least("boto3 + client against ours, whole process, wall", ratio, 18),
            ],
        )
    ]  # fmt: skip
    if workers.has_r():
        over = cpu["cognitoken (R)"].median - cpu["bare Rscript"].median
        target = at_most("import in R, CPU over bare Rscript", over, 20e-3)
        rows.append(
            Row(
                "import in R",
                "CPU time of a new R process.",
                (1e-3, "ms"),
                {name: cpu[name] for name in R},
                "cognitoken (R)",
                [target],
            )
        )
    return rows
