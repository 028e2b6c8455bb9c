"""ConfirmDevice, UpdateDeviceStatus, ForgetDevice, ListDevices."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .errors import invalid_parameter
from .fields import Body, required_text, text
from .model import Device, User
from .srp import N, Verifier, pad
from .state import State
from .steps import Answer, device_unknown


class Devices:
    """What a signed-in user does with their devices."""

    def __init__(self, state: State) -> None:
        self._state = state

    def confirm(self, body: Body) -> Answer:
        user, claimed = self._state.signed_in(body)
        device = _find(user, required_text(body, "DeviceKey"))
        if claimed.device_key != device.key:
            raise invalid_parameter("The access token was not issued to this device")
        config = body.get("DeviceSecretVerifierConfig")
        if not isinstance(config, dict):
            raise invalid_parameter("Missing required parameter DeviceSecretVerifierConfig")
        value = _number(config, "PasswordVerifier")
        if not 0 < value < N:
            raise invalid_parameter("PasswordVerifier is not in the group")
        device.verifier = Verifier(_number(config, "Salt"), value)
        device.name = text(body, "DeviceName") or ""
        device.remembered = user.pool.devices == "always"
        return {"UserConfirmationNecessary": not device.remembered}

    def update_status(self, body: Body) -> Answer:
        user, _ = self._state.signed_in(body)
        device = _find(user, required_text(body, "DeviceKey"))
        status = text(body, "DeviceRememberedStatus")
        if status not in {"remembered", "not_remembered"}:
            raise invalid_parameter("DeviceRememberedStatus is neither remembered nor not_remembered")
        if not device.confirmed:
            raise invalid_parameter("The device is not confirmed")
        device.remembered = status == "remembered"
        return {}

    def forget(self, body: Body) -> None:
        user, _ = self._state.signed_in(body)
        forget_device(self._state, user, required_text(body, "DeviceKey"))

    def list(self, body: Body) -> Answer:
        user, _ = self._state.signed_in(body)
        return {"Devices": [_shown(device) for device in user.devices.values() if device.confirmed]}


def forget_device(state: State, user: User, device_key: str) -> None:
    """The device is unknown from now on, and what was issued to it no longer refreshes."""
    _find(user, device_key)
    del user.devices[device_key]
    state.refresh_tokens.revoke_device(user, device_key)


def _find(user: User, device_key: str) -> Device:
    device = user.devices.get(device_key)
    if device is None:
        raise device_unknown()
    return device


def _number(config: dict[str, Any], name: str) -> int:
    """A number as Java reads one: its first bit is the sign. One that is not padded would be negative."""
    try:
        data = base64.b64decode(config[name], validate=True)
    except (LookupError, TypeError, ValueError, binascii.Error):
        raise invalid_parameter(f"{name} is not base64") from None
    number = int.from_bytes(data, "big", signed=True)
    if number <= 0 or pad(number) != data:
        raise invalid_parameter(f"{name} is not a positive number in its shortest form")
    return number


def _shown(device: Device) -> dict[str, Any]:
    status = "remembered" if device.remembered else "not_remembered"
    attributes = {
        "device_name": device.name,
        "device_status": "valid",
        "dev:device_remembered_status": status,
    }
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
    }
