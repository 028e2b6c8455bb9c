"""What users do to their accounts: passwords, confirmation, signing out, revoking."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from local_cognito import Fixtures
from mock_wire import MockWire
from signing_in import login, values

import cognitoken

NEW = "Tidal-Horse-8!"


def whose(wire: MockWire, user: dict[str, str], **options: Any) -> dict[str, Any]:
    given = values(wire, user, **options)
    del given["password"]
    return given


@pytest.mark.parametrize("client", ["public", "secret"])
@pytest.mark.parametrize("scenario", ["plain", "reset_required"])
def test_a_forgotten_password(wire: MockWire, scenario: str, client: str) -> None:
    user = wire.new_user(scenario)
    delivery = cognitoken.forgot_password(**whose(wire, user, client=client))
    assert delivery.delivery_medium == "EMAIL"
    assert delivery.attribute_name == "email"
    assert delivery.destination is not None
    assert "***" in delivery.destination
    assert repr(delivery) == f"<CodeDelivery to {delivery.destination} by EMAIL>"
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        cognitoken.confirm_forgot_password("000000", NEW, **whose(wire, user, client=client))
    assert caught.value.code == "CodeMismatchException"
    cognitoken.confirm_forgot_password(" 424242 ", NEW, **whose(wire, user, client=client))
    assert len(login(wire, {**user, "password": NEW})) == 3


def test_a_sign_up_is_confirmed(wire: MockWire) -> None:
    user = wire.new_user("unconfirmed")
    assert cognitoken.resend_confirmation_code(**whose(wire, user)).delivery_medium == "EMAIL"
    cognitoken.confirm_sign_up("424242", **whose(wire, user))
    assert len(login(wire, user)) == 3


def test_the_same_for_asyncio(wire: MockWire) -> None:
    forgetful, new = wire.new_user("plain"), wire.new_user("unconfirmed")

    async def main() -> None:
        assert (await cognitoken.forgot_password_async(**whose(wire, forgetful))).delivery_medium == "EMAIL"
        await cognitoken.confirm_forgot_password_async("424242", NEW, **whose(wire, forgetful))
        assert (await cognitoken.resend_confirmation_code_async(**whose(wire, new))).destination is not None
        await cognitoken.confirm_sign_up_async("424242", **whose(wire, new))
        tokens = await cognitoken.login_async(**values(wire, {**forgetful, "password": NEW}))
        await tokens.change_password_async(NEW, "Ebbing-Horse-9!")
        await tokens.revoke_async()
        tokens = await cognitoken.login_async(**values(wire, new))
        await tokens.sign_out_everywhere_async()
        with pytest.raises(cognitoken.AuthenticationError):
            await tokens.refresh_async()

    asyncio.run(main())
    assert len(login(wire, {**forgetful, "password": "Ebbing-Horse-9!"})) == 3


def test_changing_the_password(wire: MockWire) -> None:
    user = wire.new_user("plain")
    tokens = login(wire, user)
    with pytest.raises(cognitoken.AuthenticationError):
        tokens.change_password("wrong-s3cret", NEW)
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        tokens.change_password(user["password"], "short")
    assert caught.value.code == "InvalidPasswordException"
    tokens.change_password(user["password"], NEW)
    assert tokens.refresh().claims["sub"] == tokens.claims["sub"]
    assert len(login(wire, {**user, "password": NEW})) == 3


@pytest.mark.parametrize("client", ["public", "secret"])
def test_revoking_ends_this_sign_in_alone(wire: MockWire, client: str) -> None:
    user = wire.new_user("plain")
    first, second = login(wire, user, client=client), login(wire, user, client=client)
    first.revoke()
    with pytest.raises(cognitoken.AuthenticationError):
        first.refresh()
    assert len(second.refresh()) == 3


def test_signing_out_everywhere_ends_all(wire: MockWire) -> None:
    user = wire.new_user("plain")
    first, second = login(wire, user), login(wire, user)
    first.sign_out_everywhere()
    for each in (first, second):
        with pytest.raises(cognitoken.AuthenticationError):
            each.refresh()


def test_revoking_at_the_local_cognito(cognito: Fixtures) -> None:
    tokens = cognitoken.login(cognito.user_name, cognito.password, cognito.client_id, endpoint=cognito.endpoint)
    tokens.revoke()
    with pytest.raises(cognitoken.AuthenticationError):
        tokens.refresh()


def test_rotation_gives_a_new_refresh_token_each_time(wire: MockWire) -> None:
    first = login(wire, wire.new_user("plain"), client="rotation")
    second = first.refresh()
    assert second.refresh_token != first.refresh_token
    assert len(second.refresh()) == 3


def test_what_is_made_for_its_effect_gives_none(wire: MockWire) -> None:
    untyped: Any = cognitoken
    user = wire.new_user("unconfirmed")
    assert untyped.confirm_sign_up("424242", **whose(wire, user)) is None
    tokens: Any = login(wire, user)
    assert tokens.change_password(user["password"], NEW) is None
    assert asyncio.run(awaited(tokens.revoke_async())) is None


async def awaited(call: Any) -> Any:
    return await call


def test_a_missing_name_is_named(wire: MockWire) -> None:
    calls: list[Any] = [
        cognitoken.forgot_password,
        cognitoken.resend_confirmation_code,
        lambda **options: cognitoken.confirm_sign_up("424242", **options),
        lambda **options: cognitoken.confirm_forgot_password("424242", NEW, **options),
    ]
    for call in calls:
        with pytest.raises(cognitoken.ConfigError, match="COGNITO_USER_NAME"):
            call(endpoint=wire.endpoint)
