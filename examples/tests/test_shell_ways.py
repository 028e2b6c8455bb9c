"""The shell's examples of the other ways in: challenges, jobs without a user, the sign-in page."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, surroundings, wire_environment

from local_cognito import Fixtures
from mock_wire import MockWire
from recording_server import recording_server

LIMIT_SECONDS = 60
TOKENS = {"IdToken", "AccessToken", "RefreshToken"}


def run(
    name: str, environment: dict[str, str], folder: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "examples" / "shell" / name)],
        env=environment | {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    ("scenario", "typed"),
    [
        ("plain", []),
        ("sms", ["{SMS_MFA}"]),
        ("email_otp", ["000000", "{EMAIL_OTP}"]),
        ("select_mfa", ["EMAIL_OTP", "{EMAIL_OTP}"]),
    ],
)
def test_a_code_is_answered_by_a_command_of_its_own(
    wire: MockWire, scenario: str, typed: list[str], tmp_path: Path
) -> None:
    user = wire.new_user(scenario)
    lines = "".join(line.format(**wire.codes) + "\n" for line in typed)
    done = run("respond.sh", wire_environment(wire, user), tmp_path, lines)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["AuthenticationResult"].keys() >= TOKENS
    assert done.stderr.count("Answer: ") == len(typed)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_unanswered_challenge_waits(wire: MockWire, tmp_path: Path) -> None:
    environment = wire_environment(wire, wire.new_user("sms"))
    done = run("respond.sh", environment, tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "SMS_MFA" in done.stderr
    assert "cognitoken respond --code 123456" in done.stderr
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert environment["COGNITO_PASSWORD"] not in kept.read_text()


def test_a_wrong_password_asks_for_nothing(wire: MockWire, tmp_path: Path) -> None:
    environment = wire_environment(wire, wire.new_user("sms")) | {"COGNITO_PASSWORD": "not the password"}
    done = run("respond.sh", environment, tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "Answer: " not in done.stderr


def test_a_job_needs_no_user(cognito: Fixtures, tmp_path: Path) -> None:
    with recording_server({"answer": "for the job"}) as service:
        environment = surroundings() | {
            "COGNITO_CLIENT_ID": cognito.m2m_client_id,
            "COGNITO_CLIENT_SECRET": cognito.m2m_client_secret,
            "COGNITO_DOMAIN": cognito.domain,
            "API_URL": f"http://{service.host}/reports",
        }
        done = run("client_credentials.sh", environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "for the job" in done.stdout
    assert "eyJ" not in done.stdout + done.stderr
    [(path, authorization)] = service.requests
    assert path == "/reports"
    assert authorization is not None
    assert re.fullmatch(r"Bearer eyJ[^\s\"]+", authorization)


def test_the_sign_in_page_is_opened_in_a_browser(
    page_environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    done = run("sso.sh", page_environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["AuthenticationResult"].keys() >= TOKENS
    assert "authorize" in done.stderr
    assert cognito.password not in done.stdout + done.stderr
