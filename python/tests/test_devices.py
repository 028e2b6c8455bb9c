"""Devices that a pool remembers."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import asked, login, right_code, tokens

import cognitoken

POOLS = ["devices", "devices_opt_in"]


def devices(wire: MockWire, user: dict[str, str], pool: str) -> dict[str, Any]:
    return dict(wire.control("user", username=user["sign_in_name"], pool=pool)["devices"])


@pytest.mark.parametrize("client", ["public", "secret"])
@pytest.mark.parametrize("pool", POOLS)
def test_a_device_is_made_known_and_proves_itself_later(wire: MockWire, pool: str, client: str) -> None:
    user = wire.new_user("plain", pool)
    first = login(wire, user, pool=pool, client=client, remember_device=True)
    assert first.device is not None
    known = devices(wire, user, pool)[first.device.key]
    assert known["confirmed"]
    assert known["remembered"]
    assert known["group_key"] == first.device.group_key

    later = login(wire, user, pool=pool, client=client, device=first.device)
    answered = [entry["values"].get("ChallengeName") for entry in wire.journal("RespondToAuthChallenge")]
    assert answered[-2:] == ["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
    assert later.device is not None
    assert later.device.key == first.device.key


def test_it_takes_the_place_of_the_second_factor(wire: MockWire) -> None:
    user = wire.new_user("totp", "devices")
    question = asked(wire, user, pool="devices", remember_device=True)
    first = tokens(question.respond(right_code(wire, user, "SOFTWARE_TOKEN_MFA", "devices")))
    assert first.device is not None
    assert len(login(wire, user, pool="devices", device=first.device)) == 3


def test_nobody_is_made_known_unasked(wire: MockWire) -> None:
    user = wire.new_user("plain", "devices")
    assert login(wire, user, pool="devices").device is None
    assert wire.journal("ConfirmDevice") == []


@pytest.mark.parametrize("client", ["public", "rotation", "old"])
def test_a_refresh_names_the_device(wire: MockWire, client: str) -> None:
    user = wire.new_user("plain", "devices")
    first = login(wire, user, pool="devices", client=client, remember_device=True)
    assert first.device is not None
    second = first.refresh()
    third = second.refresh()
    assert third.claims["cognito:username"] == user["name"]
    assert third.device is not None
    assert third.device.key == first.device.key
    assert (second.refresh_token != first.refresh_token) == (client == "rotation")


@pytest.mark.parametrize("how", ["device", "key", "environment"])
def test_a_refresh_token_alone_goes_with_its_device(wire: MockWire, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = wire.new_user("plain", "devices")
    first = login(wire, user, pool="devices", remember_device=True)
    assert first.device is not None
    at: dict[str, Any] = {"client_id": wire.client("devices", "public")["id"], "endpoint": wire.endpoint}
    with pytest.raises(cognitoken.AuthenticationError):
        cognitoken.refresh(first.refresh_token, **at)
    if how == "environment":
        monkeypatch.setenv("COGNITO_DEVICE_KEY", first.device.key)
    else:
        at["device"] = first.device if how == "device" else first.device.key
    assert cognitoken.refresh(first.refresh_token, **at).claims["sub"] == first.claims["sub"]
    session = cognitoken.Session(refresh_token=first.refresh_token, **at)
    assert session.tokens().claims["sub"] == first.claims["sub"]
    assert session.refresh().claims["sub"] == first.claims["sub"]


def test_a_device_that_the_pool_forgot_is_left_out(wire: MockWire) -> None:
    user = wire.new_user("plain", "devices")
    first = login(wire, user, pool="devices", remember_device=True)
    wire.control("forget_device", username=user["name"])
    again = login(wire, user, pool="devices", device=first.device)
    assert again.claims["cognito:username"] == user["name"]
    assert again.device is None


def test_it_can_be_kept_and_made_again(wire: MockWire) -> None:
    user = wire.new_user("plain", "devices")
    device = login(wire, user, pool="devices", remember_device=True).device
    assert device is not None
    kept = device.to_dict()
    assert set(kept) == {"key", "group_key", "password"}
    again = cognitoken.Device(**kept)
    assert again.to_dict() == kept
    assert len(login(wire, user, pool="devices", device=again)) == 3


def test_a_wrong_password_of_the_device_is_refused(wire: MockWire) -> None:
    user = wire.new_user("plain", "devices")
    device = login(wire, user, pool="devices", remember_device=True).device
    assert device is not None
    stranger = cognitoken.Device(device.key, device.group_key, "not-the-s3cret")
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        login(wire, user, pool="devices", device=stranger)
    assert "not-the-s3cret" not in str(caught.value)


def test_nothing_shows_its_password() -> None:
    device = cognitoken.Device("us-east-1_key", "-group", "s3cret")
    assert repr(device) == "<Device us-east-1_key>"
    assert "s3cret" not in f"{device}{device!r}{device!s}"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="password"):
            pickle.dumps(device, protocol)
    assert copy.deepcopy(device) is device
    with pytest.raises(TypeError):
        vars(device)
