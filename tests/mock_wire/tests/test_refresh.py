"""Refreshing, with rotation on and off, and revoking."""

from __future__ import annotations

from typing import Any

import pytest
from wire_client import RefusedError, WireClient, claims

from mock_wire import MockWire


def get_tokens(caller: WireClient, token: str, **members: str) -> dict[str, Any]:
    secret = {"ClientSecret": caller.facts["secret"]} if caller.facts["secret"] else {}
    members = {"ClientId": caller.facts["id"], "RefreshToken": token, **secret, **members}
    result: dict[str, Any] = caller.call("GetTokensFromRefreshToken", **members)["AuthenticationResult"]
    return result


def refresh_token_auth(caller: WireClient, token: str, **parameters: str) -> dict[str, Any]:
    parameters = {"REFRESH_TOKEN": token, **parameters}
    answer = caller.call(
        "InitiateAuth", AuthFlow="REFRESH_TOKEN_AUTH", ClientId=caller.facts["id"], AuthParameters=parameters
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def signed_in(caller: WireClient, user: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = caller.with_password(user)["AuthenticationResult"]
    return result


@pytest.mark.parametrize("client", ["public", "secret"])
def test_without_rotation_both_operations_keep_the_refresh_token(wire: MockWire, client: str) -> None:
    caller, user = WireClient(wire, "alias", client), wire.new_user("plain", "alias")
    before = signed_in(caller, user)
    wire.control("clock", advance=600)
    along = caller.secret_hash(user["name"])
    for after in (
        get_tokens(caller, before["RefreshToken"]),
        refresh_token_auth(caller, before["RefreshToken"], **along),
    ):
        assert "RefreshToken" not in after
        old, new = claims(before["AccessToken"]), claims(after["AccessToken"])
        assert new["iat"] - old["iat"] in {600, 601}
        assert (new["auth_time"], new["origin_jti"]) == (old["auth_time"], old["origin_jti"])


def test_the_older_way_wants_the_hash_over_the_users_own_name(wire: MockWire) -> None:
    caller, user = WireClient(wire, "alias", "secret"), wire.new_user("plain", "alias")
    token = signed_in(caller, user)["RefreshToken"]
    with pytest.raises(RefusedError, match="SecretHash does not match"):
        refresh_token_auth(caller, token, **caller.secret_hash(user["sign_in_name"]))
    with pytest.raises(RefusedError, match="SECRET_HASH was not received"):
        refresh_token_auth(caller, token)
    assert refresh_token_auth(caller, token, **caller.secret_hash(user["name"]))["AccessToken"]


def test_the_newer_way_wants_the_secret_itself(wire: MockWire) -> None:
    user = wire.new_user("plain")
    caller = WireClient(wire, client="secret")
    token = signed_in(caller, user)["RefreshToken"]
    for wrong in ("", "wrong", caller.secret_hash(user["name"])["SECRET_HASH"]):
        with pytest.raises(RefusedError, match="NotAuthorizedException"):
            get_tokens(caller, token, ClientSecret=wrong)
    public = WireClient(wire)
    with pytest.raises(RefusedError, match="NotAuthorizedException"):
        get_tokens(public, signed_in(public, user)["RefreshToken"], ClientSecret="unasked")


def test_rotation_replaces_the_token_and_refuses_the_old_one(wire: MockWire) -> None:
    caller, user = WireClient(wire, client="rotation"), wire.new_user("plain")
    first = signed_in(caller, user)["RefreshToken"]
    second = get_tokens(caller, first)["RefreshToken"]
    assert second != first
    with pytest.raises(RefusedError, match="RefreshTokenReuseException"):
        get_tokens(caller, first)
    assert get_tokens(caller, second)["RefreshToken"] not in {first, second}


def test_within_the_grace_period_the_old_token_still_works(wire: MockWire) -> None:
    caller, user = (
        WireClient(wire, client=wire.new_client(rotation=True, grace_seconds=60)),
        wire.new_user("plain"),
    )
    first = signed_in(caller, user)["RefreshToken"]
    get_tokens(caller, first)
    wire.control("clock", advance=50)
    assert get_tokens(caller, first)["RefreshToken"]
    wire.control("clock", advance=11)
    with pytest.raises(RefusedError, match="RefreshTokenReuseException"):
        get_tokens(caller, first)


def test_with_rotation_the_older_way_is_closed(wire: MockWire) -> None:
    caller, user = WireClient(wire, client="rotation"), wire.new_user("plain")
    with pytest.raises(RefusedError, match="REFRESH_TOKEN_AUTH flow not enabled"):
        refresh_token_auth(caller, signed_in(caller, user)["RefreshToken"])


def test_a_service_that_does_not_know_the_newer_way(wire: MockWire) -> None:
    caller, user = WireClient(wire, client="old"), wire.new_user("plain")
    token = signed_in(caller, user)["RefreshToken"]
    with pytest.raises(RefusedError) as caught:
        get_tokens(caller, token)
    assert caught.value.code == "UnknownOperationException"
    assert refresh_token_auth(caller, token)["AccessToken"]


def test_a_refresh_token_ends_with_its_time_and_its_client(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    token = signed_in(caller, user)["RefreshToken"]
    for wrong, client in (("nonsense", caller), (token, WireClient(wire, client="rotation"))):
        with pytest.raises(RefusedError, match="NotAuthorizedException: Invalid Refresh Token"):
            get_tokens(client, wrong)
    wire.control("clock", advance=30 * 86400)
    with pytest.raises(RefusedError, match="NotAuthorizedException: Refresh Token has expired"):
        get_tokens(caller, token)


@pytest.mark.parametrize("client", ["public", "secret", "rotation_secret"])
def test_a_revoked_token_takes_its_family_along(wire: MockWire, client: str) -> None:
    caller, user = WireClient(wire, client=client), wire.new_user("plain")
    tokens, others = signed_in(caller, user), signed_in(caller, user)
    refreshed = get_tokens(caller, tokens["RefreshToken"])
    secret = {"ClientSecret": caller.facts["secret"]} if caller.facts["secret"] else {}
    if secret:
        with pytest.raises(RefusedError, match="UnauthorizedException"):
            caller.call("RevokeToken", ClientId=caller.facts["id"], Token=tokens["RefreshToken"])
    with pytest.raises(RefusedError, match="UnsupportedTokenTypeException"):
        caller.call("RevokeToken", ClientId=caller.facts["id"], Token=tokens["AccessToken"], **secret)
    revoked = caller.call("RevokeToken", ClientId=caller.facts["id"], Token=tokens["RefreshToken"], **secret)
    assert revoked == {}
    for token in (tokens["RefreshToken"], refreshed.get("RefreshToken", tokens["RefreshToken"])):
        with pytest.raises(RefusedError, match="NotAuthorizedException: Refresh Token has been revoked"):
            get_tokens(caller, token)
    with pytest.raises(RefusedError, match="NotAuthorizedException: Access Token has been revoked"):
        caller.call("GetUser", AccessToken=refreshed["AccessToken"])
    assert caller.call("GetUser", AccessToken=others["AccessToken"])["Username"] == user["name"]
    assert get_tokens(caller, others["RefreshToken"])["AccessToken"]


def test_signing_out_everywhere_ends_all(wire: MockWire) -> None:
    caller, user = WireClient(wire), wire.new_user("plain")
    first, second = signed_in(caller, user), signed_in(caller, user)
    assert caller.call("GlobalSignOut", AccessToken=first["AccessToken"]) == {}
    for tokens in (first, second):
        with pytest.raises(RefusedError, match="revoked"):
            get_tokens(caller, tokens["RefreshToken"])
        with pytest.raises(RefusedError, match="revoked"):
            caller.call("GetUser", AccessToken=tokens["AccessToken"])
    assert signed_in(caller, user)["AccessToken"]
