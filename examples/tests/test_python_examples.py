"""The Python examples of the other ways in: challenges, jobs, the sign-in page, devices, the account."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, surroundings, wire_environment

from local_cognito import Fixtures
from mock_wire import MockWire
from recording_server import recording_server

LIMIT_SECONDS = 60


def run(
    name: str, environment: dict[str, str], folder: Path, *arguments: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / "python" / name), *arguments],
        env=environment,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def output(name: str, environment: dict[str, str], folder: Path, *arguments: str, typed: str = "") -> str:
    done = run(name, environment, folder, *arguments, typed=typed)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("scenario", "typed"),
    [
        ("sms", ["{SMS_MFA}"]),
        ("sms", ["000000", "{SMS_MFA}"]),
        ("select_mfa", ["EMAIL_OTP", "{EMAIL_OTP}"]),
        ("new_password", ["Brand-New-8!", "Ada", "Lovelace"]),
    ],
)
def test_challenges_are_answered_as_they_come(
    wire: MockWire, scenario: str, typed: list[str], tmp_path: Path
) -> None:
    user = wire.new_user(scenario)
    lines = "".join(line.format(**wire.codes) + "\n" for line in typed)
    printed = output("challenge.py", wire_environment(wire, user), tmp_path, typed=lines)
    assert f"Signed in as {user['name']}" in printed
    assert user["password"] not in printed


def test_a_job_answers_for_the_authenticator_app(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("totp")
    environment = wire_environment(wire, user)
    alone = run("totp_job.py", environment, tmp_path)
    assert alone.returncode == 1
    assert "COGNITO_TOTP_SECRET" in alone.stderr
    secret = wire.facts["totp_secret"]
    printed = output("totp_job.py", environment | {"COGNITO_TOTP_SECRET": secret}, tmp_path)
    assert printed == f"Signed in as {user['name']}\n"


def test_a_job_needs_no_user(cognito: Fixtures, tmp_path: Path) -> None:
    with recording_server({"answer": "for the job"}) as service:
        environment = surroundings() | {
            "COGNITO_CLIENT_ID": cognito.m2m_client_id,
            "COGNITO_CLIENT_SECRET": cognito.m2m_client_secret,
            "COGNITO_DOMAIN": cognito.domain,
            "API_URL": f"http://{service.host}/reports",
        }
        printed = output("client_credentials.py", environment, tmp_path)
    assert "for the job" in printed
    [(path, authorization)] = service.requests
    assert path == "/reports"
    assert authorization is not None
    assert re.fullmatch(r"Bearer eyJ\S+", authorization)


def test_the_sign_in_page_is_opened_in_a_browser(
    page_environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    printed = output("sso.py", page_environment, tmp_path)
    assert f"Signed in as {cognito.email}" in printed
    assert "possible without a password" in printed
    assert "eyJ" not in printed


def test_the_second_factor_is_asked_for_once_on_a_machine(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("sms", "devices")
    environment, file = wire_environment(wire, user, "devices"), tmp_path / "device.json"
    code = wire.codes["SMS_MFA"] + "\n"
    first = output("remember_device.py", environment, tmp_path, str(file), typed=code)
    assert f"Signed in as {user['name']}\non device " in first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = output("remember_device.py", environment, tmp_path, str(file))
    assert "Code sent to" not in again
    assert f"Signed in as {user['name']}\non device " in again


def test_a_forgotten_password_is_chosen_anew(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    environment = wire_environment(wire, user)
    del environment["COGNITO_PASSWORD"]
    # There is no terminal here: getpass warns, and reads standard input.
    typed = f"{wire.codes['CONFIRMATION']}\nBrand-New-8!\n"
    assert "The new password is set." in output("forgot_password.py", environment, tmp_path, typed=typed)
    with_new = wire_environment(wire, {**user, "password": "Brand-New-8!"})
    assert output("sign_in.py", with_new | {"AWS_REGION": wire.region}, tmp_path)
