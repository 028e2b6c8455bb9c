"""The code in README.md, run as it stands there but for the made-up ids."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from local_cognito import Fixtures
from recording_server import recording_server


def code(language: str, cognito: Fixtures) -> str:
    """The one block of this language that shows the package at work, with the local ids in it."""
    fenced = rf"^```{language}\n(.*?)^```$"
    [block] = re.findall(fenced, (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    with_client = str(block).replace("4f0exampleclientid", cognito.client_id)
    return with_client.replace("us-east-1_example", cognito.user_pool_id)


@pytest.fixture
def readme_environment(environment: dict[str, str], cognito: Fixtures) -> dict[str, str]:
    return environment | {"COGNITO_JWKS_URL": cognito.jwks_url, "COGNITO_USER_POOL_ID": cognito.user_pool_id}


def run(
    command: list[str], environment: dict[str, str], folder: Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_python(readme_environment: dict[str, str], cognito: Fixtures, tmp_path: Path) -> None:
    before = "import os\npassword = os.environ['COGNITO_PASSWORD']\n"
    after = "print(claims['cognito:username'], claims['token_use'])"
    done = run([sys.executable, "-c", before + code("python", cognito) + after], readme_environment, tmp_path)
    assert done.stdout == f"{cognito.user_name} id\n"


def test_r(readme_environment: dict[str, str], cognito: Fixtures, tmp_path: Path) -> None:
    script = tmp_path / "readme.R"
    before = "password <- Sys.getenv('COGNITO_PASSWORD'); url <- 'http://127.0.0.1/'\n"
    after = "cat(claims$`cognito:username`, claims$token_use)"
    script.write_text(before + code("r", cognito) + after)
    done = run(["Rscript", "--no-init-file", str(script)], readme_environment, tmp_path)
    assert done.stdout.endswith(f"{cognito.user_name} id")


def test_shell(readme_environment: dict[str, str], cognito: Fixtures, tmp_path: Path) -> None:
    del readme_environment["COGNITO_PASSWORD"], readme_environment["COGNITO_USER_NAME"]
    with recording_server({"answer": "for ada"}) as service:
        readme_environment["URL"] = f"http://{service.host}/profile"
        block = "set -euo pipefail\n" + code("sh", cognito)
        done = run(["bash", "-c", block], readme_environment, tmp_path, given=cognito.password + "\n")
    assert f"Signed in as {cognito.email}" in " ".join(done.stdout.split())
    assert '"AuthenticationResult"' in done.stdout
    assert "for ada" in done.stdout
    [(path, authorization)] = service.requests
    assert path == "/profile"
    assert authorization is not None
    assert authorization.startswith("Bearer eyJ")
