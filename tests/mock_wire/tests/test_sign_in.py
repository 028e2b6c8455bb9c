"""First factors: SRP checked to the last bit, plain passwords, custom challenges, USER_AUTH."""

from __future__ import annotations

import json
import time

import jwt
import pytest
from wire_client import RefusedError, WireClient, claims, signed_at, srp_a, timestamp

from mock_wire import MockWire


@pytest.mark.parametrize("pool", ["plain", "alias"])
@pytest.mark.parametrize("client", ["public", "secret"])
def test_srp_and_password_give_tokens_of_the_same_user(wire: MockWire, pool: str, client: str) -> None:
    user, caller = wire.new_user("plain", pool), WireClient(wire, pool, client)
    for answer in (caller.with_srp(user), caller.with_password(user)):
        tokens = answer["AuthenticationResult"]
        assert answer["ChallengeParameters"] == {}
        assert tokens["TokenType"] == "Bearer"
        assert tokens["ExpiresIn"] == 3600
        keys = {key["kid"]: jwt.PyJWK(key) for key in wire.key_set(pool)["keys"]}
        kids = [jwt.get_unverified_header(tokens[name])["kid"] for name in ("IdToken", "AccessToken")]
        assert len(set(kids)) == 2
        identity = jwt.decode(
            tokens["IdToken"],
            keys[kids[0]],
            ["RS256"],
            audience=caller.facts["id"],
            issuer=caller.pool["issuer"],
        )
        access = jwt.decode(tokens["AccessToken"], keys[kids[1]], ["RS256"], issuer=caller.pool["issuer"])
        assert identity["cognito:username"] == access["username"] == user["name"]
        assert (identity["token_use"], access["token_use"]) == ("id", "access")
        assert access["client_id"] == caller.facts["id"]


def test_in_the_alias_pool_nobody_is_called_what_they_type(wire: MockWire) -> None:
    user = wire.new_user("plain", "alias")
    assert user["sign_in_name"].endswith("@example.org")
    assert user["name"] == wire.control("user", username=user["sign_in_name"], pool="alias")["sub"]


@pytest.mark.parametrize("form", ["top_bit", "no_top_bit", "odd_digits", "short"])
def test_every_form_of_b_leads_to_the_same_key(wire: MockWire, form: str) -> None:
    caller = WireClient(wire, client=wire.new_client(srp_form=form))
    assert "AuthenticationResult" in caller.with_srp(wire.new_user("plain"))


def test_a_wrong_password_and_an_unknown_user_look_alike(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    nobody = {"sign_in_name": "nobody", "name": "nobody", "password": user["password"]}
    for who, password in ((user, "Wrong-Horse-7!"), (nobody, user["password"])):
        with pytest.raises(RefusedError) as srp:
            caller.with_srp(who, password=password)
        with pytest.raises(RefusedError) as plain:
            caller.with_password({**who, "password": password})
        assert str(srp.value) == str(plain.value) == "NotAuthorizedException: Incorrect username or password."


@pytest.mark.parametrize(
    "name", ["PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "USERNAME"]
)
def test_a_proof_needs_all_its_parts(wire: MockWire, name: str) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    with pytest.raises(RefusedError, match=f"InvalidParameterException.*{name}"):
        caller.prove(srp, asked, **{name: ""}) if name != "USERNAME" else caller.call(
            "RespondToAuthChallenge",
            ChallengeName="PASSWORD_VERIFIER",
            ClientId=caller.facts["id"],
            ChallengeResponses={
                "PASSWORD_CLAIM_SECRET_BLOCK": asked["ChallengeParameters"]["SECRET_BLOCK"],
                "PASSWORD_CLAIM_SIGNATURE": "AAAA",
                "TIMESTAMP": timestamp(time.time()),
            },
        )


@pytest.mark.parametrize(("seconds", "right"), [(-290, True), (290, True), (-310, False), (310, False)])
def test_the_timestamp_must_be_close_to_the_servers_clock(wire: MockWire, seconds: int, right: bool) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    now = wire.control("clock", offset=7200)["now"]
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    changes = signed_at(srp, asked, timestamp(now + seconds))
    if right:
        assert "AuthenticationResult" in caller.prove(srp, asked, **changes)
    else:
        with pytest.raises(RefusedError, match="NotAuthorizedException"):
            caller.prove(srp, asked, **changes)


@pytest.mark.parametrize(
    "text",
    [
        "Sat Jan 01 00:00:00 UTC 2022",
        "Sat Jan  1 00:00:00 UTC 2022",
        "Sun Jan 1 00:00:00 UTC 2022",
        "Sam Jan 1 00:00:00 UTC 2022",
        "Sat Jan 1 00:00:00 GMT 2022",
        "Sat Jan 1 00:00:00 2022",
        "Thu Feb 30 00:00:00 UTC 2022",
        "2022-01-01T00:00:00Z",
    ],
)
def test_a_timestamp_in_another_form_is_refused(wire: MockWire, text: str) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    with pytest.raises(RefusedError, match="InvalidParameterException: TIMESTAMP format"):
        caller.prove(srp, asked, **signed_at(srp, asked, text))


def test_a_proof_is_good_once(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    caller.prove(srp, asked)
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        caller.prove(srp, asked)


def test_a_proof_that_was_wrong_cannot_be_put_right(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        caller.prove(srp, asked, PASSWORD_CLAIM_SIGNATURE="AAAA")
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        caller.prove(srp, asked)


@pytest.mark.parametrize("srp_a_text", ["", "0", "xyz", "-1", "0x12"])
def test_an_a_that_is_none_is_refused(wire: MockWire, srp_a_text: str) -> None:
    with pytest.raises(RefusedError, match="InvalidParameterException"):
        WireClient(wire).initiate("USER_SRP_AUTH", "plain", SRP_A=srp_a_text)


def test_srp_has_no_session_unless_the_client_is_set_so(wire: MockWire) -> None:
    user = wire.new_user("plain")
    caller = WireClient(wire)
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    assert "Session" not in asked
    with pytest.raises(RefusedError, match="InvalidParameterException: Session was not given"):
        caller.prove(srp, {**asked, "Session": "x" * 40})

    caller = WireClient(wire, client=wire.new_client(session_with_srp=True))
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp))
    without = {name: value for name, value in asked.items() if name != "Session"}
    with pytest.raises(RefusedError, match="InvalidParameterException: Missing required parameter Session"):
        caller.prove(srp, without)
    assert "AuthenticationResult" in caller.prove(srp, asked)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("unconfirmed", "UserNotConfirmedException"),
        ("reset_required", "PasswordResetRequiredException"),
        ("disabled", "NotAuthorizedException"),
    ],
)
def test_who_may_not_come_in_is_told_why_after_the_password(wire: MockWire, scenario: str, code: str) -> None:
    caller, user = WireClient(wire), wire.new_user(scenario)
    for sign_in in (caller.with_srp, caller.with_password):
        with pytest.raises(RefusedError) as caught:
            sign_in(user)
        assert caught.value.code == code
        assert "Incorrect" not in caught.value.message
    with pytest.raises(RefusedError, match="Incorrect username or password"):
        caller.with_password({**user, "password": "Wrong-Horse-7!"})


def test_a_flow_that_the_client_does_not_allow_is_named(wire: MockWire) -> None:
    with pytest.raises(RefusedError, match="USER_PASSWORD_AUTH flow not enabled for this client"):
        WireClient(wire, client="srp_only").with_password(wire.user("plain"))


def test_secret_hash_is_checked_over_the_name_of_each_request(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("sms", "alias")
    alias, own = user["sign_in_name"], user["name"]
    with pytest.raises(RefusedError, match="SECRET_HASH was not received"):
        caller.call(
            "InitiateAuth",
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=caller.facts["id"],
            AuthParameters={"USERNAME": alias, "PASSWORD": user["password"]},
        )
    with pytest.raises(RefusedError, match="SecretHash does not match"):
        caller.initiate("USER_PASSWORD_AUTH", alias, PASSWORD=user["password"], **caller.secret_hash(own))

    asked = caller.with_password(user)
    assert asked["ChallengeParameters"]["USER_ID_FOR_SRP"] == own
    with pytest.raises(RefusedError, match="SecretHash does not match"):
        caller.respond("SMS_MFA", asked["Session"], own, SMS_MFA_CODE="246810", **caller.secret_hash(alias))
    with pytest.raises(RefusedError, match="NotAuthorizedException: Invalid session"):
        caller.respond("SMS_MFA", asked["Session"], alias, SMS_MFA_CODE="246810")
    assert "AuthenticationResult" in caller.respond("SMS_MFA", asked["Session"], own, SMS_MFA_CODE="246810")


def test_a_public_client_has_no_secret_hash(wire: MockWire) -> None:
    with pytest.raises(RefusedError, match="NotAuthorizedException: Unable to verify secret hash"):
        WireClient(wire).with_password(wire.user("plain"), SECRET_HASH="AAAA")


@pytest.mark.parametrize("with_srp", [True, False])
def test_custom_challenges_come_one_after_the_other(wire: MockWire, with_srp: bool) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("custom", "alias")
    if with_srp:
        srp = caller.srp(user)
        started = caller.initiate(
            "CUSTOM_AUTH", user["sign_in_name"], CHALLENGE_NAME="SRP_A", SRP_A=srp_a(srp)
        )
        assert started["ChallengeName"] == "PASSWORD_VERIFIER"
        assert started["Session"]
        asked = caller.prove(srp, started)
    else:
        asked = caller.initiate("CUSTOM_AUTH", user["sign_in_name"])
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"]["question"] == "Which colour?"
    again = caller.respond("CUSTOM_CHALLENGE", asked["Session"], user["name"], ANSWER="green")
    assert again["ChallengeParameters"] == {**asked["ChallengeParameters"], "attempt": "2"}
    second = caller.respond("CUSTOM_CHALLENGE", again["Session"], user["name"], ANSWER="blue")
    assert second["ChallengeParameters"]["question"] == "How many?"
    done = caller.respond("CUSTOM_CHALLENGE", second["Session"], user["name"], ANSWER="seven")
    assert claims(done["AuthenticationResult"]["IdToken"])["cognito:username"] == user["name"]


def test_a_custom_challenge_ends_after_three_wrong_answers(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("custom")
    session = caller.initiate("CUSTOM_AUTH", user["name"])["Session"]
    for _ in range(2):
        session = caller.respond("CUSTOM_CHALLENGE", session, user["name"], ANSWER="no")["Session"]
    for answer in ("no", "blue"):
        with pytest.raises(RefusedError, match="NotAuthorizedException"):
            caller.respond("CUSTOM_CHALLENGE", session, user["name"], ANSWER=answer)


def test_user_auth_offers_choices_and_takes_them(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("choice", "alias")
    alias, own = user["sign_in_name"], user["name"]
    credential = json.dumps({"id": wire.facts["credential_id"], "type": "public-key", "response": {}})

    def offered() -> str:
        asked = caller.initiate("USER_AUTH", alias)
        assert asked["ChallengeName"] == "SELECT_CHALLENGE"
        assert asked["AvailableChallenges"] == [
            "PASSWORD",
            "PASSWORD_SRP",
            "EMAIL_OTP",
            "SMS_OTP",
            "WEB_AUTHN",
        ]
        assert asked["ChallengeParameters"] == {}
        return str(asked["Session"])

    # Nothing has told the user's own name yet: the alias is right here.
    done = caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER="PASSWORD", PASSWORD=user["password"])
    assert "AuthenticationResult" in done
    srp = caller.srp(user)
    asked = caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER="PASSWORD_SRP", SRP_A=srp_a(srp))
    assert (asked["ChallengeName"], asked["ChallengeParameters"]["USERNAME"]) == ("PASSWORD_VERIFIER", own)
    assert "AuthenticationResult" in caller.prove(srp, asked)
    for name in ("EMAIL_OTP", "SMS_OTP"):
        asked = caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER=name)
        assert asked["ChallengeName"] == name
        assert "***" in asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
        done = caller.respond(name, asked["Session"], alias, **{f"{name}_CODE": wire.codes[name]})
        assert claims(done["AuthenticationResult"]["IdToken"])["cognito:username"] == own
    asked = caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER="WEB_AUTHN")
    options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    assert options["allowCredentials"][0]["id"] == wire.facts["credential_id"]
    assert "AuthenticationResult" in caller.respond(
        "WEB_AUTHN", asked["Session"], alias, CREDENTIAL=credential
    )

    with pytest.raises(RefusedError, match="InvalidParameterException: ANSWER"):
        caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER="SMOKE_SIGNALS")
    with pytest.raises(RefusedError, match="InvalidParameterException: Missing required parameter PASSWORD"):
        caller.respond("SELECT_CHALLENGE", offered(), alias, ANSWER="PASSWORD")


def test_user_auth_takes_a_preferred_challenge(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("choice")
    name, password = user["name"], user["password"]

    def preferring(challenge: str, **along: str) -> dict[str, object]:
        return caller.initiate("USER_AUTH", name, PREFERRED_CHALLENGE=challenge, **along)

    assert "AuthenticationResult" in preferring("PASSWORD", PASSWORD=password)
    asked = preferring("PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    assert "AuthenticationResult" in caller.respond(
        "PASSWORD", str(asked["Session"]), name, PASSWORD=password
    )

    srp = caller.srp(user)
    assert "AuthenticationResult" in caller.prove(srp, preferring("PASSWORD_SRP", SRP_A=srp_a(srp)))
    asked = preferring("PASSWORD_SRP")
    assert asked["ChallengeName"] == "PASSWORD_SRP"
    verifier = caller.respond("PASSWORD_SRP", str(asked["Session"]), name, SRP_A=srp_a(srp))
    assert "AuthenticationResult" in caller.prove(srp, verifier)

    assert preferring("EMAIL_OTP")["ChallengeName"] == "EMAIL_OTP"
    assert preferring("SMS_OTP")["ChallengeName"] == "SMS_OTP"
    assert preferring("WEB_AUTHN")["ChallengeName"] == "WEB_AUTHN"


def test_a_preferred_challenge_that_is_not_to_be_had_leads_to_the_choices(wire: MockWire) -> None:
    user = wire.new_user("passwordless")
    asked = WireClient(wire).initiate("USER_AUTH", user["name"], PREFERRED_CHALLENGE="PASSWORD", PASSWORD="x")
    assert asked["AvailableChallenges"] == ["EMAIL_OTP", "SMS_OTP"]
