"""The wire itself, the orders that tests give, and how the server comes and goes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from wire_client import RefusedError, WireClient

from mock_wire import MockWire, MockWireError

FOLDER = Path(__file__).resolve().parents[1]
TARGET = "AWSCognitoIdentityProviderService."
CONTENT_TYPE = "application/x-amz-json-1.1"


class RawAnswer:
    """One request by http.client, and what came back."""

    def __init__(
        self,
        wire: MockWire,
        operation: str,
        body: bytes = b"{}",
        *,
        target: str = TARGET,
        kind: str = CONTENT_TYPE,
    ) -> None:
        connection = http.client.HTTPConnection(urlsplit(wire.endpoint).netloc, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": kind, "X-Amz-Target": target + operation})
            response = connection.getresponse()
            self.status, self.headers, self.content = response.status, response.headers, response.read()
        finally:
            connection.close()


def sign_in_body(wire: MockWire) -> bytes:
    user = wire.user("plain")
    parameters = {"USERNAME": user["name"], "PASSWORD": user["password"]}
    client_id = wire.client()["id"]
    body = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client_id, "AuthParameters": parameters}
    return json.dumps(body).encode()


def test_answers_look_like_cognitos(wire: MockWire) -> None:
    wire.control("clock", offset=-3600)
    answer = RawAnswer(wire, "InitiateAuth", sign_in_body(wire))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert answer.headers["x-amzn-requestid"]
    date = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert abs(date - wire.control("clock")["now"]) < 60
    assert abs(date - time.time()) > 3500


def test_errors_look_like_cognitos(wire: MockWire) -> None:
    answer = RawAnswer(wire, "InitiateAuth")
    assert answer.status == 400
    assert answer.headers["x-amzn-errortype"] == "InvalidParameterException:"
    said = {"__type": "InvalidParameterException", "message": "Missing required parameter ClientId"}
    assert json.loads(answer.content) == said


@pytest.mark.parametrize(
    ("operation", "target", "kind", "body", "code"),
    [
        ("MakeTea", TARGET, CONTENT_TYPE, b"{}", "UnknownOperationException"),
        ("InitiateAuth", "AnotherService.", CONTENT_TYPE, b"{}", "UnknownOperationException"),
        ("InitiateAuth", TARGET, "application/json", b"{}", "UnknownOperationException"),
        ("InitiateAuth", TARGET, CONTENT_TYPE, b"[]", "SerializationException"),
        ("InitiateAuth", TARGET, CONTENT_TYPE, b"{", "SerializationException"),
        ("InitiateAuth", TARGET, CONTENT_TYPE, b'{"ClientId": 1}', "SerializationException"),
        ("InitiateAuth", TARGET, CONTENT_TYPE, b'{"ClientId": "x"}', "ResourceNotFoundException"),
    ],
)
def test_requests_that_are_none(
    wire: MockWire, operation: str, target: str, kind: str, body: bytes, code: str
) -> None:
    answer = RawAnswer(wire, operation, body, target=target, kind=kind)
    assert (answer.status, json.loads(answer.content)["__type"]) == (400, code)


def test_revoking_answers_without_a_body(wire: MockWire) -> None:
    body = json.dumps({"ClientId": wire.client()["id"], "Token": "nobody's"}).encode()
    answer = RawAnswer(wire, "RevokeToken", body)
    assert (answer.status, answer.content) == (200, b"")


@pytest.mark.parametrize("place", ["header", "__type", "code"])
def test_an_error_can_be_ordered_in_any_of_its_forms(wire: MockWire, place: str) -> None:
    wire.fault(
        "error", code="TooManyRequestsException", status=429, place=place, operation="InitiateAuth", skip=1
    )
    statuses = [RawAnswer(wire, "InitiateAuth", sign_in_body(wire)).status for _ in range(3)]
    assert statuses == [200, 429, 200]
    wire.fault("error", code="TooManyRequestsException", place=place, headers={"Retry-After": "1"})
    answer = RawAnswer(wire, "InitiateAuth", sign_in_body(wire))
    said = json.loads(answer.content)
    named = answer.headers.get("x-amzn-errortype") or said.get("__type") or said.get("code")
    assert "TooManyRequestsException" in named
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("close", http.client.RemoteDisconnected),
        ("reset", ConnectionResetError),
        ("truncate", http.client.IncompleteRead),
    ],
)
def test_an_answer_can_get_lost(wire: MockWire, kind: str, error: type[Exception]) -> None:
    wire.fault(kind, processed=True)
    with pytest.raises(error):
        RawAnswer(wire, "InitiateAuth", sign_in_body(wire))
    assert [entry["fault"] for entry in wire.journal("InitiateAuth")] == [kind]


def test_an_answer_can_be_something_else(wire: MockWire) -> None:
    body = sign_in_body(wire)
    wire.fault("status", status=503, body="<html>busy</html>", headers={"Content-Type": "text/html"})
    answer = RawAnswer(wire, "InitiateAuth", body)
    assert (answer.status, answer.content) == (503, b"<html>busy</html>")
    wire.fault("garbage")
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting"):
        json.loads(RawAnswer(wire, "InitiateAuth", body).content)
    wire.fault("empty")
    assert RawAnswer(wire, "InitiateAuth", body).content == b""
    wire.fault("oversize", bytes=3_000_000)
    assert len(RawAnswer(wire, "InitiateAuth", body).content) == 3_000_000
    wire.fault("alter", set={"AuthenticationResult.IdToken": None, "AuthenticationResult.ExpiresIn": 5})
    altered = json.loads(RawAnswer(wire, "InitiateAuth", body).content)["AuthenticationResult"]
    assert ("IdToken" in altered, altered["ExpiresIn"]) == (False, 5)


def test_a_delayed_answer_comes(wire: MockWire) -> None:
    wire.fault("delay", seconds=0.3)
    started = time.monotonic()
    assert RawAnswer(wire, "InitiateAuth", sign_in_body(wire)).status == 200
    assert time.monotonic() - started >= 0.3


def test_a_fault_meets_only_whom_it_is_meant_for(wire: MockWire) -> None:
    caller, user, other = WireClient(wire), wire.new_user("sms"), wire.new_user("sms")
    wire.fault("error", code="InternalErrorException", challenge="SMS_MFA", username=user["name"])
    sessions = {each["name"]: caller.with_password(each)["Session"] for each in (user, other)}
    assert caller.respond("SMS_MFA", sessions[other["name"]], other["name"], SMS_MFA_CODE="246810")
    answer = ("SMS_MFA", sessions[user["name"]], user["name"])
    with pytest.raises(RefusedError, match="InternalErrorException"):
        caller.respond(*answer, SMS_MFA_CODE="246810")
    # The faulty answer was not carried out: the session still waits.
    assert "AuthenticationResult" in caller.respond(*answer, SMS_MFA_CODE="246810")


def test_the_journal_tells_what_came_and_no_secret(wire: MockWire) -> None:
    caller, user = WireClient(wire, client="secret"), wire.new_user("sms")
    asked = caller.with_password(user)
    done = caller.respond("SMS_MFA", asked["Session"], user["name"], SMS_MFA_CODE="246810")
    tokens = done["AuthenticationResult"]
    secret = caller.facts["secret"]
    caller.call("GetUser", AccessToken=tokens["AccessToken"])
    members = {"ClientId": caller.facts["id"], "RefreshToken": tokens["RefreshToken"], "ClientSecret": secret}
    caller.call("GetTokensFromRefreshToken", **members)
    custom = wire.new_user("custom")
    session = caller.initiate("CUSTOM_AUTH", custom["name"])["Session"]
    caller.respond("CUSTOM_CHALLENGE", session, custom["name"], ANSWER="blue")

    entries = wire.journal(username=user["name"])
    assert [entry["operation"] for entry in entries] == [
        "InitiateAuth",
        "RespondToAuthChallenge",
        "GetUser",
        "GetTokensFromRefreshToken",
    ]
    first, second = entries[:2]
    assert "AuthParameters.PASSWORD" in first["fields"]
    assert (first["challenge"], first["session"]) == ("SMS_MFA", "none")
    assert second["values"]["ChallengeName"] == "SMS_MFA"
    assert (second["session"], second["code"]) == ("latest", None)
    text = json.dumps(wire.journal())
    hashed = caller.secret_hash(user["name"])["SECRET_HASH"]
    kept = [tokens[name] for name in ("AccessToken", "IdToken", "RefreshToken")]
    for told in (user["password"], "246810", "blue", secret, hashed, asked["Session"], *kept):
        assert told not in text


def test_orders_that_make_no_sense_say_so(wire: MockWire) -> None:
    for action, arguments in (
        ("make_tea", {}),
        ("new_user", {"scenario": "nobody"}),
        ("new_client", {"colour": "blue"}),
        ("fault", {"kind": "earthquake"}),
        ("user", {"username": "nobody"}),
        ("set_client", {"client_id": "nobody"}),
    ):
        with pytest.raises(MockWireError):
            wire.control(action, **arguments)


def test_a_reset_makes_everything_as_it_was(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.user("new_password_only")
    asked = caller.with_password(user)
    caller.respond("NEW_PASSWORD_REQUIRED", asked["Session"], user["name"], NEW_PASSWORD="Better-Horse-8!")
    wire.control("clock", advance=1000)
    keys = wire.key_set()
    wire.control("reset")
    assert caller.with_password(user)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert wire.control("clock")["offset"] == 0
    assert wire.key_set() == keys
    assert len(wire.journal("jwks")) == 1


def test_names_and_secrets_are_the_same_in_every_run(wire: MockWire) -> None:
    with MockWire() as other:
        for name in ("pools", "password", "totp_secret", "codes"):
            kept = [json.dumps(each.facts[name]).replace(each.endpoint, "") for each in (wire, other)]
            assert kept[0] == kept[1]


def test_the_server_ends_when_its_standard_input_closes() -> None:
    process = subprocess.Popen([sys.executable, str(FOLDER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert json.loads(process.stdout.readline())["endpoint"].startswith("http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(10) == 0


def test_the_server_ends_when_its_parent_is_killed() -> None:
    # The grandchild's standard input is held open by this test, so only the parent's end can tell it.
    reading, writing = os.pipe()
    script = (
        "import subprocess, sys, time\n"
        f"command = [sys.executable, {str(FOLDER)!r}]\n"
        f"child = subprocess.Popen(command, stdin={reading}, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, pass_fds=[reading])
    try:
        with parent:
            assert parent.stdout is not None
            server = int(parent.stdout.readline())
            parent.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while alive(server):
            assert time.monotonic() < deadline, "the server outlived its parent"
            time.sleep(0.05)
    finally:
        os.close(reading)
        os.close(writing)


def alive(process: int) -> bool:
    """Whether it runs; one that ended and that nobody has asked after is none that runs."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_command_beside_the_server_finds_it_in_its_environment() -> None:
    script = (
        "import os, urllib.request\n"
        "url = os.environ['COGNITOKEN_MOCK_PLAIN_JWKS_URL']\n"
        "assert url.startswith(os.environ['COGNITOKEN_MOCK_ENDPOINT'])\n"
        "assert b'RS256' in urllib.request.urlopen(url).read()\n"
        "assert os.environ['COGNITOKEN_MOCK_ALIAS_SECRET_CLIENT_SECRET']\n"
        "assert 'COGNITO_PASSWORD' not in os.environ\n"
        "raise SystemExit(7)\n"
    )
    command = [sys.executable, str(FOLDER), "run", "--", sys.executable, "-c", script]
    finished = subprocess.run(command, env={**os.environ, "COGNITO_PASSWORD": "of a real pool"}, check=False)
    assert finished.returncode == 7
