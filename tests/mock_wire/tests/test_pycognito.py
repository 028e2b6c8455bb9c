"""pycognito, over boto3, signs in: its idea of the protocol against ours. It verifies the tokens as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import (
    ForceChangePasswordException,
    SMSMFAChallengeException,
    SoftwareTokenMFAChallengeException,
)

from mock_wire import MockWire
from mock_wire.totp import STEP_SECONDS, code_at

# It takes the time with a function that newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def addresses(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 finds the server by its own variable, and nobody's account."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", wire.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")


@pytest.fixture(params=["public", "secret"])
def client(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def cognito(wire: MockWire, user: Json, client: str, pool: str = "plain") -> Any:
    facts = wire.client(pool, client)
    signing_in = Cognito(
        wire.pool(pool)["id"], facts["id"], username=user["sign_in_name"], client_secret=facts["secret"]
    )
    signing_in.pool_jwk = wire.key_set(pool)
    return signing_in


@pytest.mark.parametrize("form", ["any", "top_bit", "odd_digits", "short"])
def test_srp(wire: MockWire, client: str, form: str) -> None:
    wire.control("set_client", client_id=wire.client(name=client)["id"], srp_form=form)
    user = wire.new_user("plain")
    signing_in = cognito(wire, user, client)
    signing_in.authenticate(user["password"])
    assert signing_in.id_claims["cognito:username"] == user["name"]
    signed = [entry["headers"].get("authorization") for entry in wire.journal("InitiateAuth")]
    assert signed == [None]


def test_srp_by_e_mail_address(wire: MockWire, client: str) -> None:
    user = wire.new_user("plain", "alias")
    signing_in = cognito(wire, user, client, "alias")
    signing_in.authenticate(user["password"])
    assert signing_in.access_claims["username"] == user["name"]


def test_a_wrong_password(wire: MockWire, client: str) -> None:
    signing_in = cognito(wire, wire.new_user("plain"), client)
    with pytest.raises(signing_in.client.exceptions.NotAuthorizedException):
        signing_in.authenticate("Wrong-Horse-7!")


def test_refreshing(wire: MockWire, client: str) -> None:
    user = wire.new_user("plain")
    signing_in = cognito(wire, user, client)
    signing_in.authenticate(user["password"])
    before = signing_in.access_token
    signing_in.renew_access_token()
    assert signing_in.access_token != before


def test_refreshing_after_a_sign_in_by_e_mail_address_is_its_known_fault(wire: MockWire) -> None:
    # It hashes the address where the service wants the user's own name; the stand-in must not let that pass.
    user = wire.new_user("plain", "alias")
    signing_in = cognito(wire, user, "secret", "alias")
    signing_in.authenticate(user["password"])
    with pytest.raises(signing_in.client.exceptions.NotAuthorizedException, match="SecretHash"):
        signing_in.renew_access_token()


def test_sms(wire: MockWire, client: str) -> None:
    user = wire.new_user("sms")
    signing_in = cognito(wire, user, client)
    with pytest.raises(SMSMFAChallengeException):
        signing_in.authenticate(user["password"])
    with pytest.raises(signing_in.client.exceptions.CodeMismatchException):
        signing_in.respond_to_sms_mfa_challenge("000000")
    signing_in.respond_to_sms_mfa_challenge(wire.codes["SMS_MFA"])
    assert signing_in.id_claims["cognito:username"] == user["name"]


def test_totp_set_up_when_signed_in(wire: MockWire, client: str) -> None:
    user = wire.new_user("plain")
    signing_in = cognito(wire, user, client)
    signing_in.authenticate(user["password"])
    secret = signing_in.associate_software_token()
    step = int(wire.control("clock")["now"]) // STEP_SECONDS
    with pytest.raises(signing_in.client.exceptions.EnableSoftwareTokenMFAException):
        signing_in.verify_software_token("abcdef")
    assert signing_in.verify_software_token(code_at(secret, step))
    with pytest.raises(SoftwareTokenMFAChallengeException):
        signing_in.authenticate(user["password"])
    signing_in.respond_to_software_token_mfa_challenge(code_at(secret, step))
    assert signing_in.id_claims["cognito:username"] == user["name"]


def test_a_new_password(wire: MockWire, client: str) -> None:
    user = wire.new_user("new_password_only")
    signing_in = cognito(wire, user, client)
    with pytest.raises(ForceChangePasswordException):
        signing_in.authenticate(user["password"])
    signing_in.new_password_challenge(user["password"], "Better-Horse-8!")
    signing_in.authenticate("Better-Horse-8!")
    assert signing_in.id_claims["cognito:username"] == user["name"]


def test_the_account(wire: MockWire, client: str) -> None:
    user = wire.new_user("unconfirmed")
    signing_in, code = cognito(wire, user, client), wire.codes["CONFIRMATION"]
    signing_in.resend_confirmation_code(user["name"])
    signing_in.confirm_sign_up(code)
    signing_in.initiate_forgot_password()
    signing_in.confirm_forgot_password(code, "Better-Horse-8!")
    signing_in.authenticate("Better-Horse-8!")
    signing_in.change_password("Better-Horse-8!", "Best-Horse-9!")
    token = signing_in.access_token
    signing_in.logout()
    with pytest.raises(signing_in.client.exceptions.NotAuthorizedException, match="revoked"):
        signing_in.client.get_user(AccessToken=token)
    signing_in.authenticate("Best-Horse-9!")


@pytest.mark.parametrize("pool", ["devices", "devices_opt_in"])
def test_a_device(wire: MockWire, pool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "post", towards(wire, requests.post))
    user, client_id = wire.new_user("plain", pool), wire.client(pool)["id"]
    region, pool_id = wire.region, wire.pool(pool)["id"]
    signing_in = AWSSRP(user["name"], user["password"], pool_id, client_id, region)
    tokens = signing_in.authenticate_user()
    response, device_password = signing_in.confirm_device(tokens, "test")
    assert response.json() == {"UserConfirmationNecessary": pool == "devices_opt_in"}
    access_token = tokens["AuthenticationResult"]["AccessToken"]
    signing_in.update_device_status(True, access_token, signing_in.device_key)
    again = AWSSRP(
        user["name"],
        user["password"],
        pool_id,
        client_id,
        region,
        device_key=signing_in.device_key,
        device_group_key=signing_in.device_group_key,
        device_password=device_password,
    )
    assert "NewDeviceMetadata" not in again.authenticate_user()["AuthenticationResult"]
    answered = [entry["values"].get("ChallengeName") for entry in wire.journal("RespondToAuthChallenge")]
    assert answered == [
        "PASSWORD_VERIFIER",
        "PASSWORD_VERIFIER",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
    ]


def towards(wire: MockWire, post: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
    """It confirms devices at an address of its own making: the same request, sent here."""

    def redirected(url: str, **arguments: Any) -> requests.Response:
        assert urlsplit(url).hostname == f"cognito-idp.{wire.region}.amazonaws.com"
        return post(f"{wire.endpoint}{urlsplit(url).path}", **arguments)

    return redirected
