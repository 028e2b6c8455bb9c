"""The examples of a sign-in that lasts: signed in once in the shell, then used from everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, wire_environment

from local_cognito import Fixtures
from mock_wire import MockWire
from recording_server import recording_server


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "python", "session.py"],
        [sys.executable, "python", "aiohttp_session.py"],
        ["Rscript", "--no-init-file", "r", "session.R"],
    ],
    ids=lambda command: command[-1],
)
def test_a_program_goes_on_with_the_sign_in_of_the_shell(
    wire: MockWire, tmp_path: Path, command: list[str]
) -> None:
    *program, folder, name = command
    user = wire.new_user("plain")
    environment = wire_environment(wire, user) | {"COGNITO_STORE": f"file:{tmp_path}/tokens"}
    subprocess.run(["cognitoken", "login"], env=environment, cwd=tmp_path, check=True, capture_output=True)
    del environment["COGNITO_PASSWORD"]
    with recording_server({"answer": "for ada"}) as service:
        done = subprocess.run(
            [*program, str(ROOT / "examples" / folder / name)],
            env=environment | {"API_URL": f"http://{service.host}/reports"},
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "for ada" in done.stdout
        token = subprocess.run(
            ["cognitoken", "token"], env=environment, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()
        assert {authorization for _, authorization in service.requests} == {f"Bearer {token}"}
    assert token not in done.stdout


def test_a_sign_in_is_handed_over(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    here = wire_environment(wire, user) | {
        "COGNITO_STORE": f"file:{tmp_path}/here",
        "COGNITO_BUNDLE_KEY": "ab" * 32,
    }
    there = {**here, "COGNITO_STORE": f"file:{tmp_path}/there"}
    del there["COGNITO_PASSWORD"]

    def run(command: list[str], environment: dict[str, str], typed: str = "") -> str:
        return subprocess.run(
            command, env=environment, cwd=tmp_path, input=typed, check=True, capture_output=True, text=True
        ).stdout

    run(["cognitoken", "login"], here)
    bundle = run([str(ROOT / "examples" / "shell" / "hand_over.sh")], here)
    run(["cognitoken", "import"], there, bundle)
    assert run(["cognitoken", "token"], there) == run(["cognitoken", "token"], here)


def test_boto3_acts_with_the_rights_of_the_user(
    cognito: Fixtures, environment: dict[str, str], tmp_path: Path
) -> None:
    environment |= {
        "COGNITO_STORE": f"file:{tmp_path}/tokens",
        "IDENTITY_POOL_ID": cognito.identity_pool_id,
        "AWS_ENDPOINT_URL": cognito.endpoint,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY": cognito.endpoint,
    }
    subprocess.run(["cognitoken", "login"], env=environment, cwd=tmp_path, check=True, capture_output=True)
    del environment["COGNITO_PASSWORD"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "python" / "aws_credentials.py")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Access key ID  ASIA" in done.stdout
    assert "assumed-role/analysts/CognitoIdentityCredentials" in done.stdout
