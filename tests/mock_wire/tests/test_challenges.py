"""What comes after the first factor, and how long a session holds."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from wire_client import RefusedError, WireClient, claims

from mock_wire import MockWire
from mock_wire.totp import STEP_SECONDS, code_at

CODES = {"SMS_MFA": "246810", "EMAIL_OTP": "13579135"}


def totp(wire: MockWire, name: str) -> str:
    return str(wire.control("user", username=name)["codes"]["SOFTWARE_TOKEN_MFA"])


@pytest.mark.parametrize("pool", ["plain", "alias"])
@pytest.mark.parametrize("client", ["public", "secret"])
@pytest.mark.parametrize(("scenario", "challenge"), [("sms", "SMS_MFA"), ("email_otp", "EMAIL_OTP")])
def test_a_sent_code_wrong_then_right(
    wire: MockWire, pool: str, client: str, scenario: str, challenge: str
) -> None:
    caller, user = WireClient(wire, pool, client), wire.new_user(scenario, pool)
    asked = caller.with_password(user)
    assert asked["ChallengeName"] == challenge
    assert "***" in asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
    with pytest.raises(RefusedError, match="CodeMismatchException"):
        caller.respond(challenge, asked["Session"], user["name"], **{f"{challenge}_CODE": "000000"})
    done = caller.respond(
        challenge, asked["Session"], user["name"], **{f"{challenge}_CODE": CODES[challenge]}
    )
    assert claims(done["AuthenticationResult"]["AccessToken"])["username"] == user["name"]


def test_the_apps_code_is_right_for_a_step_around_now_and_once(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("totp")
    now = wire.control("clock", offset=86400)["now"]
    step = int(now) // STEP_SECONDS
    secret = wire.facts["totp_secret"]

    def answer(code: str) -> dict[str, object]:
        asked = caller.with_password(user)
        return caller.respond(
            "SOFTWARE_TOKEN_MFA", asked["Session"], user["name"], SOFTWARE_TOKEN_MFA_CODE=code
        )

    with pytest.raises(RefusedError, match="CodeMismatchException"):
        answer(code_at(secret, step - 3))
    code = totp(wire, user["name"])
    assert "AuthenticationResult" in answer(code)
    with pytest.raises(RefusedError, match="ExpiredCodeException"):
        answer(code)
    wire.control("clock", advance=STEP_SECONDS)
    assert "AuthenticationResult" in answer(totp(wire, user["name"]))


@pytest.mark.parametrize("choice", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "EMAIL_MFA"])
def test_the_factor_can_be_chosen(wire: MockWire, choice: str) -> None:
    caller, user = WireClient(wire, client="secret"), wire.new_user("select_mfa")
    asked = caller.with_password(user)
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == [
        "SMS_MFA",
        "SOFTWARE_TOKEN_MFA",
        "EMAIL_OTP",
    ]
    with pytest.raises(RefusedError, match="InvalidParameterException"):
        caller.respond("SELECT_MFA_TYPE", asked["Session"], user["name"], ANSWER="PIGEON")
    chosen = caller.respond("SELECT_MFA_TYPE", asked["Session"], user["name"], ANSWER=choice)
    name = chosen["ChallengeName"]
    assert name == choice.replace("EMAIL_MFA", "EMAIL_OTP")
    code = CODES.get(name) or totp(wire, user["name"])
    done = caller.respond(name, chosen["Session"], user["name"], **{f"{name}_CODE": code})
    assert "AuthenticationResult" in done


def test_an_app_is_set_up_within_the_sign_in(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("setup_totp", "alias")
    asked = caller.with_password(user)
    assert asked["ChallengeName"] == "MFA_SETUP"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
    with pytest.raises(RefusedError, match="InvalidParameterException"):
        caller.respond("MFA_SETUP", asked["Session"], user["name"])

    associated = caller.call("AssociateSoftwareToken", Session=asked["Session"])
    secret = associated["SecretCode"]
    assert len(secret) == 52
    code = code_at(secret, int(wire.control("clock")["now"]) // STEP_SECONDS)
    with pytest.raises(RefusedError, match="can only be used once"):
        caller.call("VerifySoftwareToken", Session=asked["Session"], UserCode=code)
    with pytest.raises(RefusedError, match="EnableSoftwareTokenMFAException"):
        caller.call("VerifySoftwareToken", Session=associated["Session"], UserCode="abcdef")
    verified = caller.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
    assert verified["Status"] == "SUCCESS"
    with pytest.raises(RefusedError, match="can only be used once"):
        caller.respond("MFA_SETUP", associated["Session"], user["name"])
    assert "AuthenticationResult" in caller.respond("MFA_SETUP", verified["Session"], user["name"])

    assert caller.with_password(user)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert wire.control("user", username=user["name"], pool="alias")["totp_secret"] == secret


@pytest.mark.parametrize(
    ("scenario", "prefix"), [("new_password", "userAttributes."), ("new_password_unprefixed", "")]
)
def test_a_new_password_and_what_it_requires(wire: MockWire, scenario: str, prefix: str) -> None:
    caller, user = WireClient(wire, client="secret"), wire.new_user(scenario)
    asked = caller.with_srp(user)
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    required = json.loads(asked["ChallengeParameters"]["requiredAttributes"])
    assert required == [f"{prefix}given_name", f"{prefix}family_name"]
    assert json.loads(asked["ChallengeParameters"]["userAttributes"])["email"].endswith("@example.org")

    names = {"userAttributes.given_name": "Ada", "userAttributes.family_name": "Lovelace"}
    new = "Better-Horse-8!"
    for wrong, code in (
        ({"NEW_PASSWORD": new}, "InvalidParameterException"),
        ({"NEW_PASSWORD": new, "given_name": "Ada", "family_name": "Lovelace"}, "InvalidParameterException"),
        ({"NEW_PASSWORD": "horse", **names}, "InvalidPasswordException"),
    ):
        with pytest.raises(RefusedError, match=code):
            caller.respond("NEW_PASSWORD_REQUIRED", asked["Session"], user["name"], **wrong)
    done = caller.respond("NEW_PASSWORD_REQUIRED", asked["Session"], user["name"], NEW_PASSWORD=new, **names)
    assert claims(done["AuthenticationResult"]["IdToken"])["given_name"] == "Ada"
    assert "AuthenticationResult" in caller.with_srp(user, password=new)
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        caller.with_srp(user)


@pytest.mark.parametrize(
    ("scenario", "follows"),
    [("new_password_totp", "SOFTWARE_TOKEN_MFA"), ("new_password_setup", "MFA_SETUP")],
)
def test_after_a_new_password_the_sign_in_goes_on(wire: MockWire, scenario: str, follows: str) -> None:
    caller, user = WireClient(wire), wire.new_user(scenario)
    asked = caller.with_password(user)
    answer = {"NEW_PASSWORD": "Better-Horse-8!"}
    asked = caller.respond("NEW_PASSWORD_REQUIRED", asked["Session"], user["name"], **answer)
    assert asked["ChallengeName"] == follows


def test_a_challenge_that_nobody_knows_yet(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("unknown_challenge")
    unknown = wire.facts["unknown_challenge"]
    asked = caller.with_password(user)
    assert asked["ChallengeName"] == unknown["name"]
    assert asked["ChallengeParameters"]["FUTURE_HINT"]
    done = caller.respond(unknown["name"], asked["Session"], user["name"], **unknown["answers"])
    assert "AuthenticationResult" in done


def test_a_session_is_good_for_one_right_answer(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("sms")
    session = caller.with_password(user)["Session"]
    caller.respond("SMS_MFA", session, user["name"], SMS_MFA_CODE=CODES["SMS_MFA"])
    with pytest.raises(RefusedError, match=r"NotAuthorizedException.*can only be used once"):
        caller.respond("SMS_MFA", session, user["name"], SMS_MFA_CODE=CODES["SMS_MFA"])


def test_too_many_wrong_codes_end_it(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("sms")
    session = caller.with_password(user)["Session"]
    codes = []
    for _ in range(5):
        with pytest.raises(RefusedError) as caught:
            caller.respond("SMS_MFA", session, user["name"], SMS_MFA_CODE="000000")
        codes.append(caught.value.code)
    assert codes == ["CodeMismatchException"] * 4 + ["NotAuthorizedException"]
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        caller.respond("SMS_MFA", session, user["name"], SMS_MFA_CODE=CODES["SMS_MFA"])


@pytest.mark.parametrize("how", ["clock", "order"])
def test_a_session_expires(wire: MockWire, how: str) -> None:
    caller, user = WireClient(wire), wire.new_user("sms")
    session = caller.with_password(user)["Session"]
    if how == "clock":
        wire.control("clock", advance=181)
    else:
        assert wire.control("expire_sessions", username=user["name"]) == {"ended": 1}
    with pytest.raises(RefusedError, match=r"NotAuthorizedException.*session is expired"):
        caller.respond("SMS_MFA", session, user["name"], SMS_MFA_CODE=CODES["SMS_MFA"])


def test_a_session_belongs_to_one_user_one_client_and_one_challenge(wire: MockWire) -> None:
    caller, ada, bob = WireClient(wire), wire.new_user("sms"), wire.new_user("sms")
    session = caller.with_password(ada)["Session"]
    code = CODES["SMS_MFA"]
    other_client = WireClient(wire, client="old")
    attempts: list[Callable[[], object]] = [
        lambda: caller.respond("SMS_MFA", session, bob["name"], SMS_MFA_CODE=code),
        lambda: other_client.respond("SMS_MFA", session, ada["name"], SMS_MFA_CODE=code),
        lambda: caller.respond("EMAIL_OTP", session, ada["name"], EMAIL_OTP_CODE=CODES["EMAIL_OTP"]),
        lambda: caller.respond("SMS_MFA", "x" * 40, ada["name"], SMS_MFA_CODE=code),
        lambda: caller.call("AssociateSoftwareToken", Session=session),
    ]
    for attempt in attempts:
        with pytest.raises(RefusedError, match="NotAuthorizedException: Invalid session"):
            attempt()
    with pytest.raises(RefusedError, match="InvalidParameterException: Missing required parameter Session"):
        caller.respond("SMS_MFA", None, ada["name"], SMS_MFA_CODE=code)
    assert "AuthenticationResult" in caller.respond("SMS_MFA", session, ada["name"], SMS_MFA_CODE=code)
