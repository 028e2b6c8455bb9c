"""What Tokens show, hand out and refuse."""

from __future__ import annotations

import copy
import pickle
import time
from collections.abc import Callable
from typing import Any

import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, response, tokens, unsigned_jwt

import cognitoken


@pytest.fixture
def signed_in(serve: Callable[[Answer], MisbehavingServer]) -> Callable[..., cognitoken.Tokens]:
    """Signs in at a server that gives what a test says."""

    def sign_in(answer: bytes) -> cognitoken.Tokens:
        def give(_request: Request) -> bytes:
            return answer

        return cognitoken.login("ada", "password", "client", endpoint=serve(give).endpoint)

    return sign_in


def test_they_unpack_in_the_documented_order(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens())
    id_token, access_token, refresh_token = given
    assert [id_token, access_token, refresh_token] == [given[0], given[1], given[2]]
    assert given[-1] == refresh_token == "refresh-token"
    assert len(given) == 3
    assert cognitoken.decode(id_token).payload["token_use"] == "id"
    assert cognitoken.decode(access_token).payload["token_use"] == "access"


def test_they_say_what_the_service_said(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens())
    assert given.token_type == "Bearer"
    assert given.expires_in == 3600
    assert isinstance(given.expires_in, int)
    assert given.expires_at == 4102444800.0
    assert isinstance(given.expires_at, float)
    assert given.headers == {"Authorization": f"Bearer {given.id_token}"}
    assert given.claims["email"] == "ada@example.com"
    assert given.to_dict() == {
        "AuthenticationResult": {
            "AccessToken": given.access_token,
            "ExpiresIn": 3600,
            "IdToken": given.id_token,
            "RefreshToken": "refresh-token",
            "TokenType": "Bearer",
        },
        "ChallengeParameters": {},
    }


def test_a_token_that_did_not_come_is_none(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    only_access = response(200, {"AuthenticationResult": {"AccessToken": unsigned_jwt({"sub": "0815"})}})
    given = signed_in(only_access)
    assert given.id_token is None
    assert given.refresh_token is None
    assert given.headers == {"Authorization": f"Bearer {given.access_token}"}
    with pytest.raises(cognitoken.AuthenticationError, match="refresh token"):
        given.refresh()


def test_claims_keep_the_types_of_json(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    odd: dict[str, Any] = {
        "big": 2**63,
        "negative": -(2**63),
        "half": 0.5,
        "yes": True,
        "none": None,
        "list": [1, {"a": ["ä"]}],
    }
    claims = signed_in(tokens(**odd)).claims
    assert {name: claims[name] for name in odd} == odd
    assert [type(claims[name]) for name in odd] == [type(value) for value in odd.values()]
    assert list(claims)[-len(odd) - 1 : -1] == list(odd)


def test_repr_shows_who_and_until_when(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    in_two_hours = int(time.time()) + 2 * 3600 + 300
    assert repr(signed_in(tokens(exp=in_two_hours))) == "<Tokens of ada@example.com: expires in 2 h, refreshable>"
    assert "not refreshable" in repr(signed_in(tokens(refresh_token=None)))


def test_a_notebook_shows_a_table_in_which_nothing_is_markup(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens(email="<script>alert('&')</script>", iss="https://issuer.example/pool"))
    shown = given._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;" in shown
    assert "https://issuer.example/pool" in shown
    assert "2100-01-01 00:00:00 UTC" in shown


def test_a_name_cannot_steer_the_terminal(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    assert "\x1b" not in repr(signed_in(tokens(email="\x1b[2Jada")))


def test_a_time_beyond_all_calendars_is_shown_as_a_number(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    assert str(2**62) in signed_in(tokens(exp=2**62))._repr_html_()


def test_no_token_is_shown(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens())
    shown = repr(given) + str(given) + given._repr_html_() + f"{given}"
    for token in given:
        assert token not in shown
        assert token.rpartition(".")[2] not in shown
    with pytest.raises(TypeError):
        vars(given)


def test_they_cannot_be_pickled(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens())
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="secrets"):
            pickle.dumps(given, protocol)


def test_a_copy_is_the_same_since_nothing_can_change(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    given = signed_in(tokens())
    assert copy.copy(given) is given
    assert copy.deepcopy([given])[0] is given
    with pytest.raises(AttributeError):
        given.id_token = "another"  # type: ignore[misc]


def test_they_are_equal_only_to_themselves(signed_in: Callable[..., cognitoken.Tokens]) -> None:
    first, second = signed_in(tokens()), signed_in(tokens())
    assert first == first
    assert first != second
    assert len({first, second}) == 2


def test_nobody_makes_them_by_hand() -> None:
    with pytest.raises(TypeError):
        cognitoken.Tokens()
