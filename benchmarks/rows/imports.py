"""What a new process pays for the import."""

from __future__ import annotations

import shutil
import sys

from measure import processes
from report import Row, Target, seconds

PYTHON = {
    "bare python": "",
    "cognitoken": "import cognitoken",
    "boto3 + client": "import boto3; boto3.client('cognito-idp', region_name='us-east-1')",
    "pycognito": "import pycognito",
    "Aplos SDK": "import aplos_nca_saas_sdk.integration_testing.configs.login, aplos_nca_saas_sdk.aws_resources.aws_cognito",
    "requests": "import requests",
    "httpx": "import httpx",
    "msal": "import msal",
}
R = {
    "bare Rscript": "invisible()",
    "cognitoken (R)": "library(cognitoken)",
    "httr2 (R)": "library(httr2)",
}


def measure(_context: object) -> list[Row]:
    measured = processes({name: [sys.executable, "-c", code] for name, code in PYTHON.items()}, 15)
    cpu = {name: both[0] for name, both in measured.items()}
    over = cpu["cognitoken"].median - cpu["bare python"].median
    ratio = measured["boto3 + client"][1].median / measured["cognitoken"][1].median
    rows = [
        Row(
            "import", "CPU time of a new Python process that imports and ends.", (1e-3, "ms"), cpu, "cognitoken",
            [
                Target("CPU over bare python", "<= 4 ms", seconds(max(over, 1e-6)), over <= 4e-3),
                Target("whole process of boto3 + client against ours", ">= 18 times", f"{ratio:.1f}", ratio >= 18),
            ],
        )
    ]  # fmt: skip
    if shutil.which("Rscript"):
        commands = {name: ["Rscript", "--no-init-file", "-e", code] for name, code in R.items()}
        cpu = {name: both[0] for name, both in processes(commands, 15).items()}
        over = cpu["cognitoken (R)"].median - cpu["bare Rscript"].median
        target = Target("CPU over bare Rscript", "<= 20 ms", seconds(max(over, 1e-6)), over <= 20e-3)
        rows.append(
            Row("import in R", "CPU time of a new R process.", (1e-3, "ms"), cpu, "cognitoken (R)", [target])
        )
    return rows
