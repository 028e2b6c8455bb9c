"""Every challenge that the service asks, answered by hand."""

from __future__ import annotations

import asyncio
import base64
import copy
import hashlib
import hmac
import json
import pickle
import time
from typing import Any

import pytest
from local_cognito import Fixtures, administer
from mock_wire import MockWire
from signing_in import asked, challenge, login, right_code, tokens

import cognitoken


@pytest.mark.parametrize("client", ["public", "secret"])
@pytest.mark.parametrize("pool", ["plain", "alias"])
@pytest.mark.parametrize(
    ("scenario", "name", "destination"),
    [("sms", "SMS_MFA", "+*******0123"), ("totp", "SOFTWARE_TOKEN_MFA", None), ("email_otp", "EMAIL_OTP", "e***@e***")],
)
def test_a_second_factor(
    wire: MockWire, pool: str, client: str, scenario: str, name: str, destination: str | None
) -> None:
    user = wire.new_user(scenario, pool)
    question = asked(wire, user, pool=pool, client=client)
    assert question.name == name
    assert question.destination == destination
    assert question.username == user["name"]
    given = tokens(question.respond(right_code(wire, user, name, pool)))
    assert given.claims["cognito:username"] == user["name"]


@pytest.mark.parametrize(("scenario", "name"), [("sms", "SMS_MFA"), ("totp", "SOFTWARE_TOKEN_MFA")])
def test_a_wrong_code_leaves_the_challenge_usable(wire: MockWire, scenario: str, name: str) -> None:
    user = wire.new_user(scenario)
    question = asked(wire, user)
    for _ in range(2):
        with pytest.raises(cognitoken.AuthenticationError) as caught:
            question.respond("000000")
        assert caught.value.code == "CodeMismatchException"
        assert isinstance(caught.value.challenge, cognitoken.Challenge)
    assert caught.value.challenge is not None
    tokens(caught.value.challenge.respond(right_code(wire, user, name)))


def test_an_answer_that_cannot_be_one_is_not_sent(wire: MockWire) -> None:
    question = asked(wire, wire.new_user("sms"))
    for answer in (None, "", "  "):
        with pytest.raises(cognitoken.ConfigError) as caught:
            question.respond(answer)
        assert caught.value.code == "InvalidAnswer"
    tokens(question.respond(" 246 810 "))
    assert len(wire.journal("RespondToAuthChallenge")) == 2, "the proof of the password and one code"


def test_a_challenge_that_is_over_says_so(wire: MockWire) -> None:
    user = wire.new_user("sms")
    question = asked(wire, user)
    wire.control("expire_sessions", username=user["name"])
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        question.respond("246810")
    assert caught.value.code == "NotAuthorizedException"
    assert caught.value.challenge is None


def test_two_sign_ins_at_once_do_not_mix(wire: MockWire) -> None:
    first, second = wire.new_user("sms"), wire.new_user("sms")
    questions = [asked(wire, first), asked(wire, second)]
    given = [tokens(question.respond("246810")).claims["cognito:username"] for question in reversed(questions)]
    assert given == [second["name"], first["name"]]


@pytest.mark.parametrize("scenario", ["new_password", "new_password_unprefixed"])
@pytest.mark.parametrize("as_answer", [True, False])
def test_a_new_password_with_the_attributes_it_requires(wire: MockWire, scenario: str, as_answer: bool) -> None:
    user = wire.new_user(scenario)
    question = asked(wire, user)
    assert question.name == "NEW_PASSWORD_REQUIRED"
    assert question.required_attributes == ["given_name", "family_name"]
    with pytest.raises(cognitoken.ConfigError, match="given_name, family_name"):
        question.respond(new_password="Tidal-Horse-8!")
    names = {"given_name": "Ada", "family_name": "Lovelace"}
    if as_answer:
        given = question.respond("Tidal-Horse-8!", attributes=names)
    else:
        given = question.respond(new_password="Tidal-Horse-8!", attributes=names)
    tokens(given)
    stored = wire.control("user", username=user["name"])
    assert stored["attributes"].items() >= names.items()
    assert len(login(wire, {**user, "password": "Tidal-Horse-8!"})) == 3


def test_a_password_that_the_policy_refuses_can_be_bettered(wire: MockWire) -> None:
    question = asked(wire, wire.new_user("new_password_only"))
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        question.respond(new_password="short")
    assert caught.value.code == "InvalidPasswordException"
    assert caught.value.challenge is not None
    tokens(question.respond(new_password="Tidal-Horse-8!"))


def test_one_challenge_leads_to_the_next(wire: MockWire) -> None:
    user = wire.new_user("new_password_totp")
    following = challenge(asked(wire, user).respond(new_password="Tidal-Horse-8!"))
    assert following.name == "SOFTWARE_TOKEN_MFA"
    tokens(following.respond(right_code(wire, user, "SOFTWARE_TOKEN_MFA")))


@pytest.mark.parametrize("choice", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"])
def test_choosing_a_second_factor(wire: MockWire, choice: str) -> None:
    user = wire.new_user("select_mfa")
    question = asked(wire, user)
    assert question.name == "SELECT_MFA_TYPE"
    assert question.answer_form == "choice"
    assert question.choices == ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
    with pytest.raises(cognitoken.ConfigError, match="none of the choices"):
        question.respond("PIGEON")
    following = challenge(question.respond(choice))
    assert following.name == choice
    tokens(following.respond(right_code(wire, user, choice)))


def code_of_app(secret: str, at: float) -> str:
    """RFC 6238 as an authenticator app does it: not our own code."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, int(at // 30).to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_setting_an_authenticator_app_up(wire: MockWire) -> None:
    question = asked(wire, wire.new_user("setup_totp"))
    assert question.name == "MFA_SETUP"
    assert question.totp_secret
    assert question.totp_uri is not None
    assert question.totp_uri.startswith("otpauth://totp/")
    assert f"secret={question.totp_secret}" in question.totp_uri
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        question.respond("000000")
    assert caught.value.challenge is not None
    tokens(question.respond(code_of_app(question.totp_secret, time.time())))


def test_a_new_password_and_an_authenticator_app_at_the_local_cognito(cognito: Fixtures) -> None:
    """A service that is not of our making. It never asks to set an app up, so that is done by its own operations."""
    pool = administer(cognito.endpoint, "CreateUserPool", PoolName="strict")["UserPool"]["Id"]
    setting = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
    administer(cognito.endpoint, "SetUserPoolMfaConfig", UserPoolId=pool, **setting)
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}
    made = administer(cognito.endpoint, "CreateUserPoolClient", UserPoolId=pool, ClientName="public", **flows)
    temporary = {"TemporaryPassword": "Fleeting-Horse-1!", "MessageAction": "SUPPRESS"}
    administer(cognito.endpoint, "AdminCreateUser", UserPoolId=pool, Username="grace", **temporary)

    def sign_in(password: str, **options: Any) -> cognitoken.Tokens:
        there: dict[str, Any] = {"user_pool_id": pool, "endpoint": cognito.endpoint}
        return cognitoken.login("grace", password, made["UserPoolClient"]["ClientId"], **there, **options)

    with pytest.raises(cognitoken.ChallengeRequired, match="NEW_PASSWORD_REQUIRED") as caught:
        sign_in("Fleeting-Horse-1!")
    assert caught.value.challenge is not None
    first = tokens(caught.value.challenge.respond(new_password="Tidal-Horse-8!"))

    whose = {"AccessToken": first.access_token}
    secret = administer(cognito.endpoint, "AssociateSoftwareToken", **whose)["SecretCode"]
    administer(cognito.endpoint, "VerifySoftwareToken", **whose, UserCode=code_of_app(secret, time.time()))
    preferred = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
    administer(cognito.endpoint, "SetUserMFAPreference", **whose, **preferred)

    with pytest.raises(cognitoken.ChallengeRequired, match="SOFTWARE_TOKEN_MFA") as caught:
        sign_in("Tidal-Horse-8!")
    question = caught.value.challenge
    assert question is not None
    right = code_of_app(secret, time.time())
    with pytest.raises(cognitoken.AuthenticationError) as refused:
        question.respond(f"{(int(right) + 500000) % 10**6:06}")
    assert refused.value.code == "CodeMismatchException"
    assert len(sign_in("Tidal-Horse-8!", totp_secret=secret)) == 3


def test_a_totp_secret_answers_by_itself(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> None:
    login(wire, wire.new_user("totp"), totp_secret=wire.facts["totp_secret"])
    monkeypatch.setenv("COGNITO_TOTP_SECRET", wire.facts["totp_secret"].lower())
    user = wire.new_user("totp")
    login(wire, user)
    with pytest.raises(cognitoken.ConfigError) as caught:
        login(wire, user, totp_secret="not base32 at all!")
    assert "base32 at all" not in str(caught.value)


@pytest.mark.parametrize("with_srp", [True, False])
def test_custom_challenges(wire: MockWire, with_srp: bool) -> None:
    user = wire.new_user("custom")
    question = asked(wire, user, flow="custom", **({} if with_srp else {"password": None}))
    assert question.name == "CUSTOM_CHALLENGE"
    assert question.parameters["question"] == "Which colour?"
    assert "Which colour?" in question.question
    following = challenge(question.respond("blue"))
    assert following.parameters["question"] == "How many?"
    tokens(following.respond("seven"))
    operations = [entry["operation"] for entry in wire.journal(username=user["name"])]
    assert operations.count("RespondToAuthChallenge") == (3 if with_srp else 2)


@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "SMS_OTP"])
def test_user_auth_without_a_password(wire: MockWire, preferred: str) -> None:
    user = wire.new_user("passwordless")
    question = asked(wire, user, flow="user_auth", password=None, preferred_challenge=preferred)
    assert question.name == preferred
    tokens(question.respond(right_code(wire, user, preferred)))


@pytest.mark.parametrize("preferred", [None, "PASSWORD", "PASSWORD_SRP"])
def test_user_auth_with_a_password(wire: MockWire, preferred: str | None) -> None:
    assert len(login(wire, wire.new_user("choice"), flow="user_auth", preferred_challenge=preferred)) == 3


def test_user_auth_by_choice(wire: MockWire) -> None:
    user = wire.new_user("choice")
    for choice, answer in [("EMAIL_OTP", "13579135"), ("SMS_OTP", "86420864")]:
        question = asked(wire, user, flow="user_auth", password=None)
        assert question.name == "SELECT_CHALLENGE"
        assert question.choices == ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
        tokens(challenge(question.respond(choice)).respond(answer))


def test_a_passkey_is_passed_through(wire: MockWire) -> None:
    user = wire.new_user("choice")
    question = asked(wire, user, flow="user_auth", password=None, preferred_challenge="WEB_AUTHN")
    options = json.loads(question.parameters["CREDENTIAL_REQUEST_OPTIONS"])
    assert options["rpId"] == "auth.example.org"
    credential = json.dumps({"id": wire.facts["credential_id"], "type": "public-key", "response": {}})
    tokens(question.respond(answers={"CREDENTIAL": credential}))


def test_a_challenge_that_nobody_knows_is_answered_with_a_raw_map(wire: MockWire) -> None:
    question = asked(wire, wire.new_user("unknown_challenge"))
    assert question.name == "FUTURE_CHALLENGE"
    assert question.parameters["FUTURE_HINT"] == "six times seven"
    with pytest.raises(cognitoken.ConfigError, match="FUTURE_CHALLENGE"):
        question.respond("42")
    tokens(question.respond(answers=wire.facts["unknown_challenge"]["answers"]))


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("unconfirmed", cognitoken.UserNotConfirmed),
        ("reset_required", cognitoken.PasswordResetRequired),
        ("disabled", cognitoken.AuthenticationError),
    ],
)
def test_users_who_have_something_to_do_first(
    wire: MockWire, scenario: str, expected: type[cognitoken.CognitoError]
) -> None:
    with pytest.raises(expected):
        login(wire, wire.new_user(scenario))


def test_the_twin_for_asyncio(wire: MockWire) -> None:
    user = wire.new_user("sms")
    question = asked(wire, user)

    async def answer() -> cognitoken.Tokens | cognitoken.Challenge:
        with pytest.raises(cognitoken.AuthenticationError) as caught:
            await question.respond_async("000000")
        assert caught.value.challenge is not None
        return await caught.value.challenge.respond_async("246810")

    assert tokens(asyncio.run(answer())).claims["cognito:username"] == user["name"]


def everything_shown(question: cognitoken.Challenge) -> str:
    return repr(question) + str(question) + f"{question}" + question._repr_html_()


def test_what_a_notebook_shows(wire: MockWire) -> None:
    shown = asked(wire, wire.new_user("sms"))._repr_html_()
    assert "SMS_MFA" in shown
    assert "Code sent to +*******0123" in shown
    assert "<svg" not in shown
    setup = asked(wire, wire.new_user("setup_totp"))
    assert setup.totp_secret is not None
    assert "<svg" in setup._repr_html_()
    assert "<?xml" not in setup._repr_html_()
    # The code is drawn; in letters it is nowhere.
    assert setup.totp_secret not in everything_shown(setup)


def test_what_the_service_says_is_never_markup(wire: MockWire) -> None:
    user = wire.new_user("unknown_challenge")
    script = "<script>alert('&')</script>"
    wire.fault("alter", operation="RespondToAuthChallenge", set={"ChallengeParameters.A": script})
    question = asked(wire, user)
    assert question.parameters["A"] == script
    assert "<script>" not in question._repr_html_()
    assert "&lt;script&gt;" in question._repr_html_()


def test_repr_holds_no_value(wire: MockWire) -> None:
    user = wire.new_user("email_otp")
    question = asked(wire, user)
    assert repr(question).startswith("<Challenge EMAIL_OTP with ")
    assert "e***" not in repr(question)
    assert user["password"] not in everything_shown(question)


def test_it_cannot_be_pickled_and_a_copy_is_the_same(wire: MockWire) -> None:
    question = asked(wire, wire.new_user("sms"))
    with pytest.raises(TypeError, match="session"):
        pickle.dumps(question)
    assert copy.deepcopy([question])[0] is question
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        question.respond("000000")
    arrived = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own
    assert (arrived.code, arrived.challenge) == ("CodeMismatchException", None)


@pytest.mark.parametrize("name", ["answer", "new_password"])
def test_a_wrong_type_does_not_show_the_value(wire: MockWire, name: str) -> None:
    question: Any = asked(wire, wire.new_user("sms"))
    with pytest.raises(TypeError) as caught:
        question.respond(**{name: b"s3cret"})
    assert "s3cret" not in str(caught.value)
