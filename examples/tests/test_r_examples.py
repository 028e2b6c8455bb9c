"""The R examples of the other ways in: challenges, jobs without a user, the sign-in page, the account."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, surroundings, wire_environment

from local_cognito import Fixtures
from mock_wire import MockWire
from recording_server import recording_server

LIMIT_SECONDS = 60


def run_example(name: str, environment: dict[str, str], folder: Path, typed: str = "") -> str:
    done = subprocess.run(
        ["Rscript", "--no-init-file", str(ROOT / "examples" / "r" / name)],
        env=environment,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("scenario", "typed"),
    [
        ("sms", ["{SMS_MFA}"]),
        ("select_mfa", ["EMAIL_OTP", "{EMAIL_OTP}"]),
        ("new_password", ["Brand-New-8!", "Ada", "Lovelace"]),
    ],
)
def test_challenges_are_answered_as_they_come(
    wire: MockWire, scenario: str, typed: list[str], tmp_path: Path
) -> None:
    user = wire.new_user(scenario)
    lines = "".join(line.format(**wire.codes) + "\n" for line in typed)
    printed = run_example("challenge.R", wire_environment(wire, user), tmp_path, lines)
    assert f"Signed in as {user['name']}" in printed
    assert user["password"] not in printed


def test_a_job_needs_no_user(cognito: Fixtures, tmp_path: Path) -> None:
    with recording_server({"answer": "for the job"}) as service:
        environment = surroundings() | {
            "COGNITO_CLIENT_ID": cognito.m2m_client_id,
            "COGNITO_CLIENT_SECRET": cognito.m2m_client_secret,
            "COGNITO_DOMAIN": cognito.domain,
            "API_URL": f"http://{service.host}/reports",
        }
        printed = run_example("client_credentials.R", environment, tmp_path)
    assert "for the job" in printed
    assert "none; requests send the access token" in printed
    assert "eyJ" not in printed
    [(path, authorization)] = service.requests
    assert path == "/reports"
    assert authorization is not None
    assert re.fullmatch(r"Bearer eyJ\S+", authorization)


def test_the_sign_in_page_is_opened_in_a_browser(
    page_environment: dict[str, str], cognito: Fixtures, tmp_path: Path
) -> None:
    printed = run_example("sso.R", page_environment, tmp_path)
    assert f"Signed in as {cognito.email}" in printed
    assert "possible without a password" in printed
    assert "eyJ" not in printed


def test_the_account_has_a_new_password_and_nobody_is_signed_in(wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    environment = wire_environment(wire, user) | {
        "NEW_PASSWORD": "Brand-New-8!",
        "NEXT_PASSWORD": "Even-Newer-9!",
    }
    del environment["COGNITO_PASSWORD"]
    printed = run_example("account.R", environment, tmp_path, wire.codes["CONFIRMATION"] + "\n")
    assert "A code was sent to p***@e***" in printed
    assert "Signed out everywhere" in printed
    assert "Brand-New" not in printed
    signed_out = [entry for entry in wire.journal("GlobalSignOut") if entry["username"] == user["name"]]
    assert [entry["status"] for entry in signed_out] == [200]
