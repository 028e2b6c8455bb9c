"""What the service asks next in a sign-in, until there is nothing left to ask."""

from __future__ import annotations

import json
import uuid
from typing import Any

from .errors import RefusalError
from .exchange import Exchange
from .model import REGION, Device
from .scenarios import CREDENTIAL_ID, UNKNOWN_CHALLENGE
from .state import State

Answer = dict[str, Any]


class Steps:
    """Asks, in the order that Cognito asks in."""

    def __init__(self, state: State) -> None:
        self._state = state

    def next(self, exchange: Exchange) -> Answer:
        user = exchange.user
        device = self._device(exchange)
        remembered = device is not None and device.confirmed and device.remembered
        if user.status == "FORCE_CHANGE_PASSWORD":
            return self._new_password(exchange)
        if exchange.flow == "CUSTOM_AUTH" and exchange.questions_answered < len(user.questions):
            return self.custom_challenge(exchange)
        if user.unknown_challenge and UNKNOWN_CHALLENGE not in exchange.done:
            return self.ask(
                exchange, UNKNOWN_CHALLENGE, {"USERNAME": user.name, "FUTURE_HINT": "six times seven"}
            )
        if "MFA" not in exchange.done and not (remembered and user.pool.device_replaces_mfa):
            asked = self._mfa(exchange)
            if asked is not None:
                return asked
        if device is not None and remembered and "DEVICE" not in exchange.done:
            return self._device_srp(exchange, device)
        return self._tokens(exchange, device)

    def ask(
        self, exchange: Exchange, name: str, parameters: dict[str, str], *, with_session: bool = True
    ) -> Answer:
        exchange.expects = name
        if "USERNAME" in parameters or "USER_ID_FOR_SRP" in parameters:
            exchange.name_was_told = True
        answer: Answer = {"ChallengeName": name, "ChallengeParameters": parameters}
        if with_session:
            return {**answer, "Session": self._state.sessions.give(exchange)}
        self._state.sessions.withdraw(exchange)
        return answer

    def password_verifier(self, exchange: Exchange, srp_a: str | None, *, genuine: bool = True) -> Answer:
        user = exchange.user
        proof = self._state.proofs.ask(
            exchange, user.verifier, srp_a, group=user.pool.group, identity=user.name, genuine=genuine
        )
        parameters = {"USERNAME": user.name, "USER_ID_FOR_SRP": user.name, **proof}
        with_session = exchange.flow != "USER_SRP_AUTH" or exchange.client.session_with_srp
        return self.ask(exchange, "PASSWORD_VERIFIER", parameters, with_session=with_session)

    def device_password_verifier(self, exchange: Exchange, device: Device, srp_a: str | None) -> Answer:
        if device.verifier is None:
            raise device_unknown()
        proof = self._state.proofs.ask(
            exchange, device.verifier, srp_a, group=device.group_key, identity=device.key
        )
        parameters = {"USERNAME": exchange.user.name, "DEVICE_KEY": device.key, **proof}
        with_session = exchange.session is not None
        return self.ask(exchange, "DEVICE_PASSWORD_VERIFIER", parameters, with_session=with_session)

    def custom_challenge(self, exchange: Exchange) -> Answer:
        question, _ = exchange.user.questions[exchange.questions_answered]
        parameters = {
            "USERNAME": exchange.user.name,
            "question": question,
            "attempt": str(exchange.wrong_answers + 1),
        }
        return self.ask(exchange, "CUSTOM_CHALLENGE", parameters)

    def code(self, exchange: Exchange, name: str) -> Answer:
        """A code by SMS or e-mail. As the first factor, it does not tell the user's own name."""
        attributes = exchange.user.attributes
        if name.startswith("SMS"):
            parameters = {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
                "CODE_DELIVERY_DESTINATION": f"+*******{attributes['phone_number'][-4:]}",
            }
        else:
            parameters = {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
                "CODE_DELIVERY_DESTINATION": masked(attributes["email"]),
            }
        if "PASSWORD" in exchange.done:
            parameters["USER_ID_FOR_SRP"] = exchange.user.name
        return self.ask(exchange, name, parameters)

    def web_authn(self, exchange: Exchange) -> Answer:
        options = {
            "challenge": "bW9jay13aXJlLWNoYWxsZW5nZQ",
            "timeout": 180000,
            "rpId": "auth.example.org",
            "allowCredentials": [{"type": "public-key", "id": CREDENTIAL_ID, "transports": ["internal"]}],
            "userVerification": "preferred",
        }
        return self.ask(exchange, "WEB_AUTHN", {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)})

    def _new_password(self, exchange: Exchange) -> Answer:
        user = exchange.user
        prefix = "userAttributes." if user.prefixed_requirements else ""
        parameters = {
            "USER_ID_FOR_SRP": user.name,
            "requiredAttributes": json.dumps([prefix + name for name in user.required_attributes]),
            "userAttributes": json.dumps(user.attributes),
        }
        return self.ask(exchange, "NEW_PASSWORD_REQUIRED", parameters)

    def _mfa(self, exchange: Exchange) -> Answer | None:
        user = exchange.user
        if "PASSWORD" not in exchange.done:
            return None
        who = {"USER_ID_FOR_SRP": user.name}
        if user.must_set_up_mfa and user.totp_secret is None:
            parameters = {**who, "MFAS_CAN_SETUP": json.dumps(["SOFTWARE_TOKEN_MFA"])}
            return self.ask(exchange, "MFA_SETUP", parameters)
        if len(user.mfa) > 1 and exchange.chosen_mfa is None:
            parameters = {**who, "MFAS_CAN_CHOOSE": json.dumps(list(user.mfa))}
            return self.ask(exchange, "SELECT_MFA_TYPE", parameters)
        name = exchange.chosen_mfa or next(iter(user.mfa), None)
        if name == "SOFTWARE_TOKEN_MFA":
            return self.ask(exchange, name, {**who, "FRIENDLY_DEVICE_NAME": "authenticator"})
        return None if name is None else self.code(exchange, name)

    def _device(self, exchange: Exchange) -> Device | None:
        if exchange.user.pool.devices == "off" or exchange.device_key is None:
            return None
        device = exchange.user.devices.get(exchange.device_key)
        if device is None:
            raise device_unknown()
        return device

    def _device_srp(self, exchange: Exchange, device: Device) -> Answer:
        with_session = exchange.session is not None or exchange.flow != "USER_SRP_AUTH"
        if not with_session:
            key = (exchange.client.id, exchange.user.name, device.key)
            self._state.waiting_for_device[key] = exchange
        return self.ask(exchange, "DEVICE_SRP_AUTH", {}, with_session=with_session)

    def _tokens(self, exchange: Exchange, device: Device | None) -> Answer:
        user = exchange.user
        self._state.sessions.finish(exchange)
        metadata = {}
        if user.pool.devices != "off" and (device is None or not device.confirmed):
            group_key = f"-{uuid.uuid5(uuid.NAMESPACE_URL, user.pool.id + user.name).hex[:8]}"
            device = Device(f"{REGION}_{uuid.uuid4()}", group_key)
            user.devices[device.key] = device
            metadata = {"NewDeviceMetadata": {"DeviceKey": device.key, "DeviceGroupKey": device.group_key}}
        tokens = self._state.refresh_tokens.start_family(
            user, exchange.client, device.key if device else None
        )
        return {"AuthenticationResult": {**tokens, **metadata}, "ChallengeParameters": {}}


def device_unknown() -> RefusalError:
    return RefusalError("ResourceNotFoundException", "Device does not exist.")


def masked(email: str) -> str:
    """As much of an address as the service shows: a***@e***."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host[:1]}***"
