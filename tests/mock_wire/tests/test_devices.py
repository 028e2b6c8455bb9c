"""Devices that a pool remembers. The client's half of the arithmetic is pycognito's."""

from __future__ import annotations

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP, generate_hash_device
from wire_client import RefusedError, WireClient, claims, srp_a

from mock_wire import MockWire

Json = dict[str, Any]


class KnownDevice:
    """A device that a sign-in was given and that is confirmed."""

    def __init__(self, caller: WireClient, signed_in: Json) -> None:
        given = signed_in["AuthenticationResult"]["NewDeviceMetadata"]
        self.key, self.group_key = given["DeviceKey"], given["DeviceGroupKey"]
        self.password, self.config = generate_hash_device(self.group_key, self.key)
        self.access_token = signed_in["AuthenticationResult"]["AccessToken"]
        self.caller = caller

    def confirm(self) -> bool:
        answer = self.caller.call(
            "ConfirmDevice",
            AccessToken=self.access_token,
            DeviceKey=self.key,
            DeviceName="test",
            DeviceSecretVerifierConfig=self.config,
        )
        return bool(answer["UserConfirmationNecessary"])

    def remember(self, status: str = "remembered") -> None:
        answer = self.caller.call(
            "UpdateDeviceStatus",
            AccessToken=self.access_token,
            DeviceKey=self.key,
            DeviceRememberedStatus=status,
        )
        assert answer == {}

    def srp(self, user: Json) -> AWSSRP:
        return AWSSRP(
            user["sign_in_name"],
            "",
            self.caller.pool["id"],
            self.caller.facts["id"],
            client=object(),
            client_secret=self.caller.facts["secret"],
            device_key=self.key,
            device_group_key=self.group_key,
            device_password=self.password,
        )

    def prove(self, user: Json, asked: Json, **changes: str) -> Json:
        """DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER, each with the latest session."""
        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        srp = self.srp(user)
        verifier = self.caller.respond(
            "DEVICE_SRP_AUTH", asked.get("Session"), user["name"], DEVICE_KEY=self.key, SRP_A=srp_a(srp)
        )
        assert verifier["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        responses = {**srp.process_device_challenge(verifier["ChallengeParameters"]), **changes}
        name = responses.pop("USERNAME")
        return self.caller.respond(verifier["ChallengeName"], verifier.get("Session"), name, **responses)


@pytest.mark.parametrize("client", ["public", "secret"])
def test_a_confirmed_device_is_asked_to_prove_itself(wire: MockWire, client: str) -> None:
    caller, user = WireClient(wire, "devices", client), wire.new_user("plain", "devices")
    first = caller.with_srp(user)
    device = KnownDevice(caller, first)
    assert claims(first["AuthenticationResult"]["AccessToken"])["device_key"] == device.key
    assert device.confirm() is False
    asked = caller.with_srp(user, device.key)
    assert "Session" not in asked
    done = device.prove(user, asked)
    assert "NewDeviceMetadata" not in done["AuthenticationResult"]
    assert claims(done["AuthenticationResult"]["AccessToken"])["device_key"] == device.key


def test_the_device_key_counts_where_the_password_is_proved(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    device = KnownDevice(caller, caller.with_srp(user))
    device.confirm()
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp), DEVICE_KEY=device.key)
    done = caller.prove(srp, asked)
    assert done["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"] != device.key


@pytest.mark.parametrize(
    "changes", [{"PASSWORD_CLAIM_SIGNATURE": "AAAA"}, {"TIMESTAMP": "Sat Jan 1 00:00:00 UTC 2022"}]
)
def test_a_device_must_know_its_password(wire: MockWire, changes: dict[str, str]) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    device = KnownDevice(caller, caller.with_srp(user))
    device.confirm()
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        device.prove(user, caller.with_srp(user, device.key), **changes)


def test_a_remembered_device_stands_for_the_second_factor(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("sms", "devices")
    asked = caller.with_srp(user)
    done = caller.respond("SMS_MFA", asked["Session"], user["name"], SMS_MFA_CODE="246810")
    device = KnownDevice(caller, done)
    device.confirm()
    assert caller.with_srp(user)["ChallengeName"] == "SMS_MFA"
    assert "AuthenticationResult" in device.prove(user, caller.with_srp(user, device.key))
    answered = caller.with_password(user, DEVICE_KEY=device.key)
    assert answered["Session"]
    assert "AuthenticationResult" in device.prove(user, answered)


def test_where_users_decide_a_device_is_remembered_when_they_say_so(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices_opt_in"), wire.new_user("sms", "devices_opt_in")

    def after_code(device_key: str | None = None) -> Json:
        asked = caller.with_srp(user, device_key)
        return caller.respond("SMS_MFA", asked["Session"], user["name"], SMS_MFA_CODE="246810")

    device = KnownDevice(caller, after_code())
    assert device.confirm() is True
    assert "AuthenticationResult" in after_code(device.key)
    device.remember()
    known = wire.control("user", username=user["name"], pool="devices_opt_in")["devices"][device.key]
    assert known == {"name": "test", "group_key": device.group_key, "confirmed": True, "remembered": True}
    # Here the device comes after the code, not in its place.
    asked = after_code(device.key)
    assert asked["Session"]
    assert "AuthenticationResult" in device.prove(user, asked)
    device.remember("not_remembered")
    assert "AuthenticationResult" in after_code(device.key)


def test_a_forgotten_device_is_named_and_the_proof_stays_good_without_it(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    device = KnownDevice(caller, caller.with_srp(user))
    device.confirm()
    assert wire.control("forget_device", username=user["name"]) == {"forgotten": [device.key]}
    with pytest.raises(RefusedError, match=r"ResourceNotFoundException: Device does not exist\."):
        caller.with_password(user, DEVICE_KEY=device.key)
    srp = caller.srp(user)
    asked = caller.initiate("USER_SRP_AUTH", user["name"], SRP_A=srp_a(srp), DEVICE_KEY=device.key)
    with pytest.raises(RefusedError, match=r"ResourceNotFoundException: Device does not exist\."):
        caller.prove(srp, asked, DEVICE_KEY=device.key)
    assert caller.prove(srp, asked)["AuthenticationResult"]["NewDeviceMetadata"]


def test_a_refresh_wants_the_key_of_a_confirmed_device(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    signed_in = caller.with_srp(user)
    device = KnownDevice(caller, signed_in)
    token = signed_in["AuthenticationResult"]["RefreshToken"]

    def get_tokens(**members: str) -> Json:
        members = {"ClientId": caller.facts["id"], "RefreshToken": token, **members}
        return caller.call("GetTokensFromRefreshToken", **members)

    def refresh_token_auth(**parameters: str) -> Json:
        return caller.call(
            "InitiateAuth",
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=caller.facts["id"],
            AuthParameters={"REFRESH_TOKEN": token, **parameters},
        )

    def refused(**members: str) -> None:
        with pytest.raises(RefusedError, match="NotAuthorizedException: Invalid Refresh Token"):
            get_tokens(**members)

    refused(DeviceKey=device.key)
    device.confirm()
    refused()
    refused(DeviceKey="us-east-1_00000000-0000-0000-0000-000000000000")
    assert "AuthenticationResult" in get_tokens(DeviceKey=device.key)
    assert "AuthenticationResult" in refresh_token_auth(DEVICE_KEY=device.key)
    with pytest.raises(RefusedError, match="NotAuthorizedException: Invalid Refresh Token"):
        refresh_token_auth()
    shown = caller.call("ListDevices", AccessToken=device.access_token)["Devices"]
    assert [each["DeviceKey"] for each in shown] == [device.key]
    assert caller.call("ForgetDevice", AccessToken=device.access_token, DeviceKey=device.key) == {}
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        get_tokens(DeviceKey=device.key)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"Salt": "AQ==", "PasswordVerifier": "not base64"},
        {"Salt": "AQ==", "PasswordVerifier": "gA=="},
        {"Salt": "gA==", "PasswordVerifier": "AQ=="},
        {"Salt": "AQ==", "PasswordVerifier": "AAE="},
    ],
    ids=["nothing", "not base64", "verifier negative", "salt negative", "padded twice"],
)
def test_a_verifier_that_is_no_padded_number_is_refused(wire: MockWire, config: dict[str, str]) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    device = KnownDevice(caller, caller.with_srp(user))
    device.config = config
    with pytest.raises(RefusedError, match="InvalidParameterException"):
        device.confirm()


def test_only_the_device_that_signed_in_can_be_confirmed(wire: MockWire) -> None:
    caller, user = WireClient(wire, "devices"), wire.new_user("plain", "devices")
    first, second = (KnownDevice(caller, caller.with_srp(user)) for _ in range(2))
    first.access_token = second.access_token
    with pytest.raises(RefusedError, match="InvalidParameterException"):
        first.confirm()
    first.key = "us-east-1_00000000-0000-0000-0000-000000000000"
    with pytest.raises(RefusedError, match="ResourceNotFoundException: Device"):
        first.confirm()
