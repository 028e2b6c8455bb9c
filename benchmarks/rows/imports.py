"""What a new process pays for the import."""

from __future__ import annotations

import sys
from pathlib import Path

import workers
from measure import processes
from results import Row

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
    what = "CPU time of a new Python process that imports and ends."
    rows = [
        Row("import", what, (1e-3, "ms"), {name: cpu[name] for name in PYTHON}, "cognitoken", "bare python")
    ]
    rows[0].against_limit("import in Python, CPU", 1.25)
    if workers.has_r():
        of_r = {name: cpu[name] for name in R}
        row = Row(
            "import in R",
            "CPU time of a new R process.",
            (1e-3, "ms"),
            of_r,
            "cognitoken (R)",
            "bare Rscript",
        )
        rows.append(row.against_limit("import in R, CPU", 1.15))
    return rows
