"""Signing in at the stateful stand-in, as most tests of challenges do."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from mock_wire import MockWire

import cognitoken


def values(
    wire: MockWire, user: dict[str, str], *, pool: str = "plain", client: str = "public", **options: Any
) -> dict[str, Any]:
    """The arguments of ``login`` for this user."""
    chosen = wire.client(pool, client)
    return {
        "username": user["sign_in_name"],
        "password": user["password"],
        "client_id": chosen["id"],
        "client_secret": chosen["secret"],
        "user_pool_id": wire.pool(pool)["id"],
        "endpoint": wire.endpoint,
    } | options


def login(wire: MockWire, user: dict[str, str], **options: Any) -> cognitoken.Tokens:
    return cognitoken.login(**values(wire, user, **options))


def login_async(wire: MockWire, user: dict[str, str], **options: Any) -> Coroutine[Any, Any, cognitoken.Tokens]:
    return cognitoken.login_async(**values(wire, user, **options))


def asked(wire: MockWire, user: dict[str, str], **options: Any) -> cognitoken.Challenge:
    """The challenge that a sign-in ends with."""
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        login(wire, user, **options)
    assert caught.value.challenge is not None
    return caught.value.challenge


def tokens(step: cognitoken.Tokens | cognitoken.Challenge) -> cognitoken.Tokens:
    assert isinstance(step, cognitoken.Tokens), step
    return step


def challenge(step: cognitoken.Tokens | cognitoken.Challenge) -> cognitoken.Challenge:
    assert isinstance(step, cognitoken.Challenge), step
    return step


def right_code(wire: MockWire, user: dict[str, str], name: str, pool: str = "plain") -> str:
    """The code that the service takes for this challenge now."""
    return str(wire.control("user", username=user["sign_in_name"], pool=pool)["codes"][name])
