"""What a run holds, as it is told to tests: one JSON object, and the same as environment variables."""

from __future__ import annotations

from typing import Any

from .model import REGION, Client, Pool, User
from .scenarios import (
    CODES,
    CREDENTIAL_ID,
    CUSTOM_QUESTIONS,
    PASSWORD,
    SCENARIOS,
    TOTP_SECRET,
    UNKNOWN_ANSWER,
    UNKNOWN_CHALLENGE,
)

PREFIX = "COGNITOKEN_MOCK_"


def describe(endpoint: str, pools: dict[str, Pool]) -> dict[str, Any]:
    facts = {
        "endpoint": endpoint,
        "control": f"{endpoint}/_control",
        "region": REGION,
        "password": PASSWORD,
        "totp_secret": TOTP_SECRET,
        "codes": CODES,
        "custom_answers": [answer for _, answer in CUSTOM_QUESTIONS],
        "credential_id": CREDENTIAL_ID,
        "unknown_challenge": {"name": UNKNOWN_CHALLENGE, "answers": dict([UNKNOWN_ANSWER])},
        "scenarios": {name: scenario.description for name, scenario in SCENARIOS.items()},
        "pools": {name: _pool(endpoint, pool) for name, pool in pools.items()},
    }
    return {**facts, "environment": environment(facts)}


def user_facts(user: User) -> dict[str, str]:
    return {
        "scenario": user.scenario,
        "sign_in_name": user.sign_in_name,
        "name": user.name,
        "password": user.password,
    }


def client_facts(client: Client) -> dict[str, str | None]:
    return {"name": client.name, "id": client.id, "secret": client.secret}


def environment(facts: dict[str, Any]) -> dict[str, str]:
    """The same under flat names, as COGNITOKEN_MOCK_<POOL>_<CLIENT>_CLIENT_ID."""
    flat = {
        name.upper(): facts[name] for name in ("endpoint", "control", "region", "password", "totp_secret")
    }
    flat.update({f"{name}_CODE": code for name, code in facts["codes"].items()})
    for name, pool in facts["pools"].items():
        prefix = name.upper()
        flat.update({f"{prefix}_POOL_ID": pool["id"], f"{prefix}_JWKS_URL": pool["jwks_url"]})
        for client_name, client in pool["clients"].items():
            flat[f"{prefix}_{client_name.upper()}_CLIENT_ID"] = client["id"]
            if client["secret"] is not None:
                flat[f"{prefix}_{client_name.upper()}_CLIENT_SECRET"] = client["secret"]
    return {PREFIX + name: value for name, value in flat.items()}


def _pool(endpoint: str, pool: Pool) -> dict[str, Any]:
    return {
        "id": pool.id,
        "issuer": pool.issuer,
        "jwks_url": f"{endpoint}/{pool.id}/.well-known/jwks.json",
        "devices": pool.devices,
        "clients": {name: client_facts(client) for name, client in pool.clients.items()},
        "users": {user.scenario: user_facts(user) for user in pool.users.values()},
    }
