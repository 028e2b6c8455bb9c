"""What a user does to their account beside signing in."""

from __future__ import annotations

from typing import Any

import pytest
from wire_client import RefusedError, WireClient

from mock_wire import MockWire

NEW = "Better-Horse-8!"


def account(caller: WireClient, operation: str, name: str, **members: str) -> dict[str, Any]:
    members = {"ClientId": caller.facts["id"], "Username": name, **members}
    hashed = caller.secret_hash(name)
    if hashed:
        members.setdefault("SecretHash", hashed["SECRET_HASH"])
    return caller.call(operation, **members)


def test_a_forgotten_password_wrong_code_then_right(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("plain", "alias")
    name, code = user["sign_in_name"], wire.codes["CONFIRMATION"]
    with pytest.raises(RefusedError, match="ExpiredCodeException"):
        account(caller, "ConfirmForgotPassword", name, ConfirmationCode=code, Password=NEW)
    sent = account(caller, "ForgotPassword", name)["CodeDeliveryDetails"]
    assert sent == {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "p***@e***"}
    with pytest.raises(RefusedError, match="CodeMismatchException"):
        account(caller, "ConfirmForgotPassword", name, ConfirmationCode="000000", Password=NEW)
    with pytest.raises(RefusedError, match="InvalidPasswordException"):
        account(caller, "ConfirmForgotPassword", name, ConfirmationCode=code, Password="horse")
    assert account(caller, "ConfirmForgotPassword", name, ConfirmationCode=code, Password=NEW) == {}
    assert "AuthenticationResult" in caller.with_srp(user, password=NEW)
    with pytest.raises(RefusedError, match="ExpiredCodeException"):
        account(caller, "ConfirmForgotPassword", name, ConfirmationCode=code, Password=NEW)


def test_guessing_codes_meets_a_limit(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    account(caller, "ForgotPassword", user["name"])
    codes = []
    for _ in range(6):
        with pytest.raises(RefusedError) as caught:
            account(caller, "ConfirmForgotPassword", user["name"], ConfirmationCode="0", Password=NEW)
        codes.append(caught.value.code)
    assert codes == ["CodeMismatchException"] * 5 + ["LimitExceededException"]


def test_a_reset_by_an_administrator_is_over_with_the_new_password(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("reset_required")
    account(caller, "ForgotPassword", user["name"])
    code = wire.codes["CONFIRMATION"]
    account(caller, "ConfirmForgotPassword", user["name"], ConfirmationCode=code, Password=NEW)
    assert "AuthenticationResult" in caller.with_password({**user, "password": NEW})


def test_a_sign_up_is_confirmed_once(wire: MockWire) -> None:
    caller, user = WireClient(wire, client="secret"), wire.new_user("unconfirmed")
    name, code = user["name"], wire.codes["CONFIRMATION"]
    assert account(caller, "ResendConfirmationCode", name)["CodeDeliveryDetails"]["Destination"]
    with pytest.raises(RefusedError, match="CodeMismatchException"):
        account(caller, "ConfirmSignUp", name, ConfirmationCode="000000")
    assert account(caller, "ConfirmSignUp", name, ConfirmationCode=code) == {}
    assert "AuthenticationResult" in caller.with_srp(user)
    with pytest.raises(RefusedError, match="NotAuthorizedException: User cannot be confirmed"):
        account(caller, "ConfirmSignUp", name, ConfirmationCode=code)
    with pytest.raises(RefusedError, match="InvalidParameterException: User is already confirmed"):
        account(caller, "ResendConfirmationCode", name)


def test_the_hash_goes_over_the_name_that_was_typed(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("plain", "alias")
    wrong = caller.secret_hash(user["name"])["SECRET_HASH"]
    with pytest.raises(RefusedError, match="SecretHash does not match"):
        account(caller, "ForgotPassword", user["sign_in_name"], SecretHash=wrong)


def test_a_password_is_changed_by_who_knows_it(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    token = caller.with_password(user)["AuthenticationResult"]["AccessToken"]

    def change(previous: str, proposed: str) -> dict[str, Any]:
        return caller.call(
            "ChangePassword", AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed
        )

    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        change("Wrong-Horse-7!", NEW)
    with pytest.raises(RefusedError, match="InvalidPasswordException"):
        change(user["password"], "horse")
    assert change(user["password"], NEW) == {}
    assert "AuthenticationResult" in caller.with_srp(user, password=NEW)


def test_an_access_token_ends_with_its_time_and_cannot_be_made_up(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    tokens = caller.with_password(user)["AuthenticationResult"]
    for wrong in (tokens["IdToken"], tokens["AccessToken"][:-8] + "AAAAAAAA", "nonsense"):
        with pytest.raises(RefusedError, match="NotAuthorizedException"):
            caller.call("GetUser", AccessToken=wrong)
    wire.control("clock", advance=3601)
    with pytest.raises(RefusedError, match="NotAuthorizedException: Access Token has expired"):
        caller.call("GetUser", AccessToken=tokens["AccessToken"])
