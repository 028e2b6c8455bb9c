"""What the objects show of themselves, and the names of what they hold: the same everywhere."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mock_wire import MockWire

import cognitoken

ROOT = Path(__file__).resolve().parents[2]

# What Python has in another way, and why.
NO_ATTRIBUTE = {
    ("Tokens", "response"): "to_dict(), because it holds every token",
    ("Device", "password"): "to_dict(), because it is a secret",
    ("Challenge", "qr_text"): "a notebook draws it, and on_challenge='prompt' prints it",
}

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjQxMDI0NDQ4MDAsImdyb3VwcyI6WyJhIl19.c2lnbmF0dXJl"


@pytest.fixture
def objects(wire: MockWire) -> dict[str, Any]:
    """One object of each class that has a field or shows itself."""
    user = wire.new_user("plain")
    given: dict[str, Any] = {"client_id": wire.client()["id"], "endpoint": wire.endpoint}
    signed_in = {**given, "username": user["name"], "password": user["password"], "flow": "password"}
    session = cognitoken.Session(**signed_in, store="memory")
    session.tokens()
    sms = wire.new_user("sms")
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        cognitoken.login(sms["name"], sms["password"], **given, flow="password")
    report = cognitoken.doctor(**given, offline=True)
    shown = [
        session,
        session.tokens(),
        session.status(),
        caught.value.challenge,
        cognitoken.Device("us-east-1_key", "-group", "a-password-of-its-own"),
        cognitoken.forgot_password(user["name"], **given),
        cognitoken.decode(JWT),
        cognitoken.Verifier("us-east-1_AbCdEfGhI", "client"),
        report,
        report.checks[0],
    ]
    return {type(each).__name__: each for each in shown}


def test_an_attribute_has_the_name_of_its_field_and_no_field_is_missing(objects: dict[str, Any]) -> None:
    for name, shown in objects.items():
        attributes = {each for each in vars(type(shown)) if isinstance(vars(type(shown))[each], property)}
        fields = set(shown._handle.fields())
        assert attributes == {field for field in fields if (name, field) not in NO_ATTRIBUTE}, name
    assert {name for name, _field in NO_ATTRIBUTE} <= set(objects)


def test_print_and_a_notebook_show_the_same_words_in_the_same_order(objects: dict[str, Any]) -> None:
    for name, shown in objects.items():
        table = shown._repr_html_()
        assert '<th scope="row"' in table
        texts = html.unescape(re.sub(r"<[^>]+>", " ", table.replace("<wbr>", "")))
        assert texts.split() == str(shown).split(), name
        assert repr(shown).startswith(("<", "DecodedJwt(")), name


def test_an_object_without_its_contents_is_shown() -> None:
    for made in (cognitoken.Session, cognitoken.Verifier, cognitoken.Device):
        shown = made.__new__(made)
        assert str(shown) == repr(shown) == f"<{made.__name__}>"


def command(*arguments: str, **variables: str) -> Any:
    program = shutil.which("cognitoken", path=str(ROOT / "target/debug")) or shutil.which("cognitoken")
    if program is None:
        pytest.skip("the command is not built")
    done = subprocess.run([program, *arguments, "--json"], capture_output=True, text=True, check=False, env=variables)
    return json.loads(done.stdout)


def test_the_command_has_the_same_names_in_its_json(objects: dict[str, Any], wire: MockWire, tmp_path: Path) -> None:
    user = wire.new_user("plain")
    variables = {
        "HOME": str(tmp_path),
        "LOCALAPPDATA": str(tmp_path),
        "COGNITO_CLIENT_ID": wire.client()["id"],
        "COGNITO_ENDPOINT": wire.endpoint,
        "COGNITO_USER_NAME": user["name"],
        "COGNITO_PASSWORD": user["password"],
    }
    tokens = command("login", "--flow", "password", **variables)
    assert tokens.keys() == objects["Tokens"].to_dict().keys()
    assert tokens["AuthenticationResult"].keys() == objects["Tokens"].to_dict()["AuthenticationResult"].keys()
    report = command("doctor", "--offline", **variables)
    for name, printed in {
        "SessionStatus": command("status", **variables),
        "CodeDelivery": command("account", "forgot-password", **variables),
        "DecodedJwt": command("decode", JWT, **variables),
        "Report": report,
        "Check": report["checks"][0],
    }.items():
        fields = objects[name]._handle.fields()
        assert sorted(printed) == sorted(fields), name
        for field in fields:
            assert hasattr(objects[name], field), (name, field)
