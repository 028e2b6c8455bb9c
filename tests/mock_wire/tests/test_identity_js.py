"""Amazon's own client for JavaScript signs in: its idea of the protocol against ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mock_wire import MockWire
from mock_wire.totp import STEP_SECONDS, code_at

FOLDER = Path(__file__).resolve().parent / "identity_js"
Json = dict[str, Any]


@pytest.fixture(scope="session")
def node() -> str:
    """Node with the client installed, at the versions of package-lock.json."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("node and npm are needed to sign in with amazon-cognito-identity-js, and are not here")
    installed = FOLDER / "node_modules" / "amazon-cognito-identity-js" / "package.json"
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]["amazon-cognito-identity-js"]
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        finished = subprocess.run(
            command, cwd=FOLDER, capture_output=True, text=True, timeout=300, check=False
        )
        assert finished.returncode == 0, finished.stderr
    return found


def sign_in(node: str, wire: MockWire, user: Json, pool: str = "plain", **task: Any) -> Json:
    values = {
        "endpoint": wire.endpoint,
        "pool_id": wire.pool(pool)["id"],
        "client_id": wire.client(pool)["id"],
        "username": user["sign_in_name"],
        "password": user["password"],
        **task,
    }
    no_proxy = {**os.environ, "NO_PROXY": "127.0.0.1,localhost"}
    finished = subprocess.run(
        [node, "sign_in.js"],
        cwd=FOLDER,
        input=json.dumps(values),
        env=no_proxy,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer: Json = json.loads(finished.stdout)
    return answer


@pytest.mark.parametrize("pool", ["plain", "alias"])
@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_signing_in_and_refreshing(node: str, wire: MockWire, pool: str, flow: str) -> None:
    user = wire.new_user("plain", pool)
    answer = sign_in(node, wire, user, pool, flow=flow, refresh=True)
    assert [session["username"] for session in answer["sessions"]] == [user["name"]] * 2, answer
    first = wire.journal("InitiateAuth")[0]
    assert ("AuthParameters.PASSWORD" in first["fields"]) == (flow == "USER_PASSWORD_AUTH")


def test_a_wrong_password(node: str, wire: MockWire) -> None:
    user = {**wire.new_user("plain"), "password": "Wrong-Horse-7!"}
    answer = sign_in(node, wire, user)
    assert (answer["error"], answer["message"]) == (
        "NotAuthorizedException",
        "Incorrect username or password.",
    )


@pytest.mark.parametrize("form", ["top_bit", "odd_digits", "short"])
def test_every_form_of_b(node: str, wire: MockWire, form: str) -> None:
    client = wire.new_client(srp_form=form)
    answer = sign_in(node, wire, wire.new_user("plain"), client_id=client["id"])
    assert len(answer["sessions"]) == 1, answer


def test_totp(node: str, wire: MockWire) -> None:
    user = wire.new_user("totp")
    step = int(wire.control("clock")["now"]) // STEP_SECONDS
    answer = sign_in(node, wire, user, totp_codes=[code_at(wire.facts["totp_secret"], step)])
    assert (answer["challenges"], len(answer["sessions"])) == (["SOFTWARE_TOKEN_MFA"], 1)


def test_sms_and_choosing_it(node: str, wire: MockWire) -> None:
    code = wire.codes["SMS_MFA"]
    answer = sign_in(node, wire, wire.new_user("sms"), sms_code=code)
    assert (answer["challenges"], len(answer["sessions"])) == (["SMS_MFA"], 1)
    answer = sign_in(node, wire, wire.new_user("select_mfa"), mfa="SMS_MFA", sms_code=code)
    assert (answer["challenges"], len(answer["sessions"])) == (["SELECT_MFA_TYPE", "SMS_MFA"], 1)


def test_a_new_password(node: str, wire: MockWire) -> None:
    names = {"given_name": "Ada", "family_name": "Lovelace"}
    user = wire.new_user("new_password")
    answer = sign_in(node, wire, user, new_password="Better-Horse-8!", attributes=names)
    assert answer["challenges"] == ["NEW_PASSWORD_REQUIRED given_name family_name"], answer
    assert len(answer["sessions"]) == 1


def test_custom_challenges_after_srp(node: str, wire: MockWire) -> None:
    answers = wire.facts["custom_answers"]
    answer = sign_in(node, wire, wire.new_user("custom"), flow="CUSTOM_AUTH", custom_answers=answers)
    assert answer["challenges"] == ["CUSTOM_CHALLENGE Which colour?", "CUSTOM_CHALLENGE How many?"], answer
    assert len(answer["sessions"]) == 1


def test_a_device_is_confirmed_and_proves_itself_afterwards(node: str, wire: MockWire) -> None:
    user = wire.new_user("plain", "devices")
    answer = sign_in(node, wire, user, "devices", times=2, refresh=True)
    assert len({session["device_key"] for session in answer["sessions"]}) == 1, answer
    assert operations(wire, user) == [
        "PASSWORD_VERIFIER", "ConfirmDevice", "InitiateAuth",
        "PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "InitiateAuth",
    ]  # fmt: skip


def test_a_device_that_its_user_remembers_comes_after_the_code(node: str, wire: MockWire) -> None:
    user = wire.new_user("sms", "devices_opt_in")
    answer = sign_in(node, wire, user, "devices_opt_in", times=2, sms_code=wire.codes["SMS_MFA"])
    assert answer["challenges"] == ["SMS_MFA", "SMS_MFA"], answer
    assert operations(wire, user)[-3:] == ["SMS_MFA", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
    assert "UpdateDeviceStatus" in operations(wire, user)
    # This client answers DEVICE_SRP_AUTH with the session before the last one; ours has to do better.
    srp = next(entry for entry in wire.journal() if entry["values"].get("ChallengeName") == "DEVICE_SRP_AUTH")
    assert srp["session"] == "older"


def operations(wire: MockWire, user: Json) -> list[str]:
    """What was sent after the first request of each sign-in: challenges by their names."""
    entries = [entry for entry in wire.journal(username=user["name"]) if entry["status"] == 200]
    later = [entry for entry in entries if "AuthParameters.SRP_A" not in entry["fields"]]
    return [entry["values"].get("ChallengeName", entry["operation"]) for entry in later]
