"""The pools, app clients and users that every run starts with. All names, codes and secrets are fixed."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

from .model import ALL_FLOWS, REGION, Client, Pool, User

PASSWORD = "Correct-Horse-7!"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODES = {"SMS_MFA": "246810", "SMS_OTP": "86420864", "EMAIL_OTP": "13579135", "CONFIRMATION": "424242"}
CUSTOM_QUESTIONS = (("Which colour?", "blue"), ("How many?", "seven"))
CREDENTIAL_ID = "bW9jay13aXJlLWNyZWRlbnRpYWw"
UNKNOWN_CHALLENGE = "FUTURE_CHALLENGE"
UNKNOWN_ANSWER = ("FUTURE_ANSWER", "42")
TENANT_ATTRIBUTES = {"custom:aplos_user_id": "user-0815", "custom:aplos_user_tenant_id": "tenant-42"}


@dataclass(frozen=True)
class Scenario:
    """What is particular about a user. Fields are those of ``User``."""

    description: str
    fields: dict[str, Any] = field(default_factory=dict)


_NEW_PASSWORD = {"status": "FORCE_CHANGE_PASSWORD"}
_NAMES = ("given_name", "family_name")

SCENARIOS = {
    "plain": Scenario("password, then tokens"),
    "sms": Scenario("SMS_MFA after the password", {"mfa": ("SMS_MFA",)}),
    "totp": Scenario("SOFTWARE_TOKEN_MFA after the password", {"mfa": ("SOFTWARE_TOKEN_MFA",)}),
    "email_otp": Scenario("EMAIL_OTP after the password", {"mfa": ("EMAIL_OTP",)}),
    "select_mfa": Scenario(
        "SELECT_MFA_TYPE after the password", {"mfa": ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")}
    ),
    "setup_totp": Scenario("MFA_SETUP after the password", {"must_set_up_mfa": True}),
    "new_password": Scenario(
        "NEW_PASSWORD_REQUIRED with required attributes", {**_NEW_PASSWORD, "required_attributes": _NAMES}
    ),
    "new_password_unprefixed": Scenario(
        "the same, its requiredAttributes without the prefix userAttributes.",
        {**_NEW_PASSWORD, "required_attributes": _NAMES, "prefixed_requirements": False},
    ),
    "new_password_only": Scenario("NEW_PASSWORD_REQUIRED without required attributes", _NEW_PASSWORD),
    "new_password_totp": Scenario(
        "NEW_PASSWORD_REQUIRED, then SOFTWARE_TOKEN_MFA", {**_NEW_PASSWORD, "mfa": ("SOFTWARE_TOKEN_MFA",)}
    ),
    "new_password_setup": Scenario(
        "NEW_PASSWORD_REQUIRED, then MFA_SETUP", {**_NEW_PASSWORD, "must_set_up_mfa": True}
    ),
    "custom": Scenario("two rounds of CUSTOM_CHALLENGE in CUSTOM_AUTH", {"questions": CUSTOM_QUESTIONS}),
    "choice": Scenario(
        "USER_AUTH with every choice there is",
        {"choices": ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")},
    ),
    "passwordless": Scenario("USER_AUTH by code alone", {"choices": ("EMAIL_OTP", "SMS_OTP")}),
    "unknown_challenge": Scenario(f"{UNKNOWN_CHALLENGE} after the password", {"unknown_challenge": True}),
    "unconfirmed": Scenario("signed up, not confirmed", {"status": "UNCONFIRMED"}),
    "reset_required": Scenario("an administrator reset the password", {"status": "RESET_REQUIRED"}),
    "disabled": Scenario("an administrator disabled the user", {"enabled": False}),
}

# Name, pool's settings.
POOLS: dict[str, dict[str, Any]] = {
    "plain": {},
    "alias": {"alias": True},
    "devices": {"devices": "always"},
    "devices_opt_in": {"devices": "opt_in", "device_replaces_mfa": False},
}

# Name, whether it has a secret, other settings.
CLIENTS: dict[str, tuple[bool, dict[str, Any]]] = {
    "public": (False, {}),
    "secret": (True, {}),
    "rotation": (False, {"rotation": True}),
    "rotation_secret": (True, {"rotation": True}),
    "old": (False, {"knows_get_tokens": False}),
    "old_secret": (True, {"knows_get_tokens": False}),
    "srp_only": (False, {"flows": frozenset({"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"})}),
}

_numbers = itertools.count(1)


def make_pools() -> dict[str, Pool]:
    pools = {}
    for name, settings in POOLS.items():
        pool = Pool(name, f"{REGION}_{_made_up('pool', name, 9)}", **settings)
        for client_name, (secret, client_settings) in CLIENTS.items():
            add_client(pool, client_name, secret=secret, settings=client_settings)
        for scenario in SCENARIOS:
            add_user(pool, scenario, scenario)
        pools[name] = pool
    return pools


def add_client(pool: Pool, name: str | None, *, secret: bool, settings: dict[str, Any]) -> Client:
    name = name or f"client{next(_numbers)}"
    if settings.get("rotation"):
        # As in Cognito, the older flow and rotation exclude each other.
        flows = settings.get("flows", ALL_FLOWS) - {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}
        settings = {**settings, "flows": flows}
    whole_name = f"{pool.name} {name}"
    client = Client(
        pool=pool.name,
        name=name,
        id=_made_up("client", whole_name, 26),
        secret=_made_up("secret", whole_name, 51) if secret else None,
        **settings,
    )
    pool.clients[name] = client
    return client


def add_user(pool: Pool, scenario: str, short_name: str | None = None) -> User:
    short_name = short_name or f"{scenario}{next(_numbers)}"
    email = f"{short_name}@example.org"
    user = User(
        pool=pool,
        name=short_name,
        sign_in_name=email if pool.alias else short_name,
        scenario=scenario,
        password=PASSWORD,
        totp_secret=TOTP_SECRET,
        attributes={
            "email": email,
            "email_verified": "true",
            "phone_number": "+15555550123",
            **TENANT_ATTRIBUTES,
        },
        **SCENARIOS[scenario].fields,
    )
    if pool.alias:
        # Who signs in by e-mail is called something else: the name that Cognito made up.
        user.name = user.sub
    if user.must_set_up_mfa:
        user.totp_secret = None
    pool.users[user.name] = user
    return user


def _made_up(kind: str, name: str, length: int) -> str:
    """Letters and digits that look like Cognito's own, the same in every run."""
    number = int.from_bytes(hashlib.sha512(f"mock wire {kind} {name}".encode()).digest(), "big")
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while len(text) < length:
        number, digit = divmod(number, len(digits))
        text += digits[digit]
    return text
