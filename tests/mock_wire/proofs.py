"""PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER: asking for a proof, and checking it strictly."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone

from .clock import Clock
from .errors import invalid_parameter, not_authorized
from .exchange import Exchange
from .srp import Handshake, Verifier, read_client_public

# "Within a few seconds", says the API's reference; a machine under load gets more.
PROOF_SECONDS = 60
TIMESTAMP_TOLERANCE_SECONDS = 300

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(r"(\w{3}) (\w{3}) ([1-9]|[12]\d|3[01]) (\d\d):(\d\d):(\d\d) UTC (\d{4})", re.ASCII)


@dataclass
class _Asked:
    exchange: Exchange
    handshake: Handshake
    group: str
    identity: str
    genuine: bool
    expires: float


class Proofs:
    """The proofs that are waited for, by their SECRET_BLOCK."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, _Asked] = {}

    def ask(
        self,
        exchange: Exchange,
        verifier: Verifier,
        srp_a: str | None,
        *,
        group: str,
        identity: str,
        genuine: bool = True,
    ) -> dict[str, str]:
        """The parameters SALT, SRP_B and SECRET_BLOCK. Without ``genuine`` no answer will be right."""
        if srp_a is None:
            raise invalid_parameter("Missing required parameter SRP_A")
        handshake = Handshake(verifier, read_client_public(srp_a), form=exchange.client.srp_form)
        secret_block = base64.b64encode(secrets.token_bytes(96)).decode()
        expires = self._clock.now() + PROOF_SECONDS
        self._asked[secret_block] = _Asked(exchange, handshake, group, identity, genuine, expires)
        # As integers in hex, not as padded bytes: an odd number of digits is as likely here as there.
        return {"SALT": f"{verifier.salt:x}", "SRP_B": f"{handshake.public:x}", "SECRET_BLOCK": secret_block}

    def find(self, responses: dict[str, str]) -> Exchange:
        """The exchange that asked for the proof in an answer."""
        return self._find(responses).exchange

    def check(self, responses: dict[str, str]) -> None:
        """Refuses a proof that is not right to the last bit. One that is right stays until it is spent."""
        asked = self._find(responses)
        timestamp = _required(responses, "TIMESTAMP")
        signature = _required(responses, "PASSWORD_CLAIM_SIGNATURE")
        moment = read_timestamp(timestamp)
        block = _required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")
        right = asked.handshake.signature(asked.group, asked.identity, base64.b64decode(block), timestamp)
        in_time = abs(moment - self._clock.now()) <= TIMESTAMP_TOLERANCE_SECONDS
        fits = hmac.compare_digest(right.encode(), signature.encode())
        if not (asked.genuine and in_time and fits):
            del self._asked[block]
            raise not_authorized()

    def spend(self, responses: dict[str, str]) -> None:
        self._asked.pop(responses["PASSWORD_CLAIM_SECRET_BLOCK"], None)

    def expire(self, username: str | None = None) -> None:
        for asked in self._asked.values():
            if username is None or asked.exchange.user.answers_to(username):
                asked.expires = self._clock.now()

    def _find(self, responses: dict[str, str]) -> _Asked:
        block = _required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")
        try:
            base64.b64decode(block, validate=True)
        except binascii.Error:
            raise invalid_parameter("PASSWORD_CLAIM_SECRET_BLOCK is not base64") from None
        asked = self._asked.get(block)
        if asked is None or asked.expires <= self._clock.now():
            raise not_authorized()
        return asked


def read_timestamp(text: str) -> float:
    """``EEE MMM d HH:mm:ss 'UTC' yyyy``, English, the day not padded, the day of the week the right one."""
    found = _TIMESTAMP.fullmatch(text)
    if found and found[1] in _DAYS and found[2] in _MONTHS:
        day, hour, minute, second, year = (int(part) for part in found.groups()[2:])
        try:
            moment = datetime(
                year, _MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=timezone.utc
            )
        except ValueError:
            moment = None
        if moment is not None and _DAYS[moment.weekday()] == found[1]:
            return moment.timestamp()
    raise invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")


def _required(responses: dict[str, str], name: str) -> str:
    value = responses.get(name)
    if not value:
        raise invalid_parameter(f"Missing required parameter {name}")
    return value
