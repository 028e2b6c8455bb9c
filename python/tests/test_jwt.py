"""Looking at tokens and verifying them."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import pickle
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from local_cognito import Fixtures
from misbehaving_server import Answer, MisbehavingServer, Request, response, unsigned_jwt

import cognitoken


@pytest.fixture(scope="module")
def tokens(cognito: Fixtures) -> cognitoken.Tokens:
    return cognitoken.login(cognito.user_name, cognito.password, cognito.client_id, endpoint=cognito.endpoint)


@pytest.fixture(scope="module")
def jwks(cognito: Fixtures) -> dict[str, Any]:
    with urllib.request.urlopen(cognito.jwks_url) as answer:  # noqa: S310
        document: dict[str, Any] = json.load(answer)
        return document


@pytest.fixture
def verifier(cognito: Fixtures) -> cognitoken.Verifier:
    return cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks_url=cognito.jwks_url)


def test_decode_gives_header_payload_and_signature(tokens: cognitoken.Tokens) -> None:
    decoded = cognitoken.decode(tokens.id_token)
    header, payload, signature = decoded
    assert (header, payload, signature) == (decoded.header, decoded.payload, decoded.signature)
    assert decoded[1] is decoded.payload
    assert header["alg"] == "RS256"
    assert payload == tokens.claims
    assert signature == tokens.id_token.rpartition(".")[2]


def test_no_number_is_rounded() -> None:
    claims = {"exact": 2**64 - 1, "low": -(2**63), "text": 2**64, "nested": [{"far": -(10**30)}], "fraction": 0.5}
    payload = cognitoken.decode(unsigned_jwt(claims)).payload
    assert payload == claims | {"text": str(2**64), "nested": [{"far": str(-(10**30))}]}


def test_a_load_balancers_token_is_shown_and_told_as_what_it_is(verifier: cognitoken.Verifier) -> None:
    signer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"
    for kid in ("k", "ke", "key"):  # one of them is padded with one character, one with two
        header = {"alg": "ES256", "kid": kid, "signer": signer}
        parts = (json.dumps(part).encode() for part in (header, {"sub": "ada"}, "the signature"))
        token = ".".join(base64.urlsafe_b64encode(part).decode() for part in parts)
        assert cognitoken.decode(token).payload == {"sub": "ada"}
        with pytest.raises(cognitoken.TokenInvalid, match="Application Load Balancer") as caught:
            verifier.verify(token)
        assert caught.value.code == "UnsupportedAlgorithm"


def test_decode_shows_the_claims_and_not_the_signature() -> None:
    decoded = cognitoken.decode(unsigned_jwt({"sub": "ada"}))
    assert repr(decoded) == (
        "DecodedJwt(header={'alg': 'RS256', 'kid': 'key'}, payload={'sub': 'ada'}, signature=<not shown>)"
    )
    with pytest.raises(AttributeError):
        decoded.payload = {}  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c.d", "é.b.c", "a.b.c", "....", "x" * 10_000_000])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        cognitoken.decode(text)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("around", ["\u00a0", "\u2003", "\u2028", "\ufeff", "\u0085", "\u200b", "\x0b", "\x0c"])
def test_only_spaces_tabs_and_line_ends_around_a_token_are_dropped(
    around: str, verifier: cognitoken.Verifier, tokens: cognitoken.Tokens
) -> None:
    token = tokens.id_token
    assert verifier.verify(f" \t{token}\r\n")["sub"] == cognitoken.decode(f"\n{token} ").payload["sub"]
    for odd in (around + token, token + around, f" {around}{token}\n"):
        for read in (cognitoken.decode, verifier.verify):
            with pytest.raises(cognitoken.TokenInvalid):
                read(odd)


def test_decode_wants_text() -> None:
    with pytest.raises(TypeError):
        cognitoken.decode(b"a.b.c")  # type: ignore[arg-type]


def test_a_genuine_token_is_accepted(verifier: cognitoken.Verifier, tokens: cognitoken.Tokens) -> None:
    assert verifier.verify(tokens.id_token) == tokens.claims
    assert verifier.verify(tokens.id_token)["token_use"] == "id", "and by the keys that are known now"
    assert asyncio.run(verifier.verify_async(tokens.id_token)) == tokens.claims


@pytest.mark.usefixtures("environment")
def test_where_the_keys_are_may_come_from_the_environment(cognito: Fixtures, tokens: cognitoken.Tokens) -> None:
    verifier = cognitoken.Verifier(None, cognito.client_id)
    assert verifier.verify(tokens.id_token) == tokens.claims


def test_it_works_offline_with_given_keys(cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]) -> None:
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks)
    assert verifier.verify(tokens.id_token) == tokens.claims
    by_issuer = cognitoken.Verifier(None, [cognito.client_id, "another"], issuer=cognito.issuer, jwks=jwks)
    assert by_issuer.verify(tokens.id_token) == tokens.claims


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "another"}, "InvalidAudience"),
        ({"client_id": ["another", "one more"]}, "InvalidAudience"),
        ({"token_use": "access"}, "InvalidTokenUse"),
        ({"user_pool_id": "us-east-1_another"}, "InvalidIssuer"),
        ({"issuer": "https://issuer.example"}, "InvalidIssuer"),
        ({"groups": ["admins"]}, "InvalidGroups"),
        ({"scopes": ["write"]}, "InvalidScopes"),
    ],
    ids=str,
)
def test_each_failed_claim_is_its_own_error(
    cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    asked = {"user_pool_id": cognito.user_pool_id, "client_id": cognito.client_id, "jwks": jwks, **changes}
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        cognitoken.Verifier(**asked).verify(tokens.id_token)
    assert caught.value.code == code


def test_any_switches_a_check_off(cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]) -> None:
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognitoken.ANY, cognitoken.ANY, jwks=jwks)
    assert verifier.verify(tokens.id_token)["token_use"] == "id"
    assert verifier.verify(tokens.access_token)["token_use"] == "access"


def test_there_is_one_any() -> None:
    assert pickle.loads(pickle.dumps(cognitoken.ANY)) is cognitoken.ANY  # noqa: S301
    assert copy.deepcopy(cognitoken.ANY) is cognitoken.ANY
    assert repr(cognitoken.ANY) == "cognitoken.ANY"


@pytest.mark.parametrize("missing", [None, "", " "], ids=repr)
def test_what_a_missing_variable_gives_switches_nothing_off(
    cognito: Fixtures,
    tokens: cognitoken.Tokens,
    jwks: dict[str, Any],
    missing: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_CLIENT_ID") as caught:
        cognitoken.Verifier(cognito.user_pool_id, missing, jwks=jwks)
    assert caught.value.code == "MissingValue"
    monkeypatch.setenv("COGNITO_CLIENT_ID", "another")
    with pytest.raises(cognitoken.TokenInvalid) as refused:
        cognitoken.Verifier(cognito.user_pool_id, missing, jwks=jwks).verify(tokens.id_token)
    assert refused.value.code == "InvalidAudience"
    monkeypatch.setenv("COGNITO_CLIENT_ID", cognito.client_id)
    with pytest.raises(cognitoken.TokenInvalid) as refused:
        cognitoken.Verifier(cognito.user_pool_id, token_use=missing, jwks=jwks).verify(tokens.access_token)
    assert refused.value.code == "InvalidTokenUse"


@pytest.mark.parametrize("empty", [[], [""], ["", " "], ()], ids=repr)
@pytest.mark.parametrize("name", ["user_pool_id", "client_id", "issuer", "groups", "scopes"])
def test_an_empty_list_is_not_filled_from_anywhere(name: str, empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"):
        monkeypatch.setenv(variable, "us-east-1_AbCdEfGhI")
    with pytest.raises(cognitoken.ConfigError, match=r"list of .* is empty") as caught:
        cognitoken.Verifier(**{name: empty})
    assert caught.value.code == "InvalidValue"


def test_a_verifier_takes_pool_and_client_from_the_environment(
    cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_USER_POOL_ID"):
        cognitoken.Verifier()
    monkeypatch.setenv("COGNITO_USER_POOL_ID", cognito.user_pool_id)
    monkeypatch.setenv("COGNITO_CLIENT_ID", cognito.client_id)
    assert cognitoken.Verifier(jwks=jwks).verify(tokens.id_token)["aud"] == cognito.client_id


@pytest.mark.parametrize("name", ["user_pool_id", "issuer"])
@pytest.mark.parametrize("value", [b"pool", ["pool", 5], {"pool"}, 5, cognitoken.ANY])
def test_pools_of_a_wrong_type_are_a_type_error(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} has to be"):
        cognitoken.Verifier(**{"client_id": "client", name: value})


@pytest.mark.parametrize("client_id", [b"client", ["client", 5], {"client"}, 5])
def test_clients_of_a_wrong_type_are_a_type_error(client_id: Any) -> None:
    with pytest.raises(TypeError, match="client_id has to be"):
        cognitoken.Verifier("us-east-1_AbCdEfGhI", client_id)


def signing_key(key_id: str) -> tuple[rsa.RSAPrivateKey, dict[str, Any]]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    modulus = key.public_key().public_numbers().n.to_bytes(256, "big")
    return key, {"kty": "RSA", "kid": key_id, "n": without_padding(modulus), "e": "AQAB"}


def without_padding(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(key: rsa.RSAPrivateKey, key_id: str, claims: dict[str, Any]) -> str:
    parts = ({"alg": "RS256", "kid": key_id}, claims)
    text = ".".join(without_padding(json.dumps(part).encode()) for part in parts)
    return f"{text}.{without_padding(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def answering(answer: bytes) -> Callable[[Request], bytes]:
    return lambda _request: answer


def test_a_token_of_several_pools_is_verified_with_the_keys_of_its_own(
    serve: Callable[[Answer], MisbehavingServer],
) -> None:
    ours, our_jwk = signing_key("same")
    theirs, their_jwk = signing_key("same")

    issuers = []
    for jwk in (our_jwk, their_jwk):
        answer = response(200, {"keys": [jwk]})
        issuers.append(serve(answering(answer)).endpoint)
    verifier = cognitoken.Verifier(client_id=["one", "two"], issuer=issuers)

    def claims(issuer: str, client_id: str) -> dict[str, Any]:
        return {"iss": issuer, "aud": client_id, "token_use": "id", "exp": 4102444800}

    for key, issuer, client_id in ((ours, issuers[0], "one"), (theirs, issuers[1], "two")):
        token = signed(key, "same", claims(issuer, client_id))
        assert verifier.verify(token) == claims(issuer, client_id)
        assert asyncio.run(verifier.verify_async(token))["iss"] == issuer
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        verifier.verify(signed(ours, "same", claims(issuers[1], "one")))
    assert caught.value.code == "InvalidSignature"
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        verifier.verify(signed(ours, "same", claims("https://issuer.example", "one")))
    assert (caught.value.code, caught.value.actual) == ("InvalidIssuer", "https://issuer.example")
    assert json.loads(caught.value.expected or "") == issuers


def test_one_key_set_is_not_that_of_several_pools(jwks: dict[str, Any]) -> None:
    with pytest.raises(cognitoken.ConfigError, match="`jwks`") as caught:
        cognitoken.Verifier(["us-east-1_AbCdEfGhI", "eu-west-1_Other"], "client", jwks=jwks)
    assert caught.value.code == "ConflictingValues"


class NotTodayError(Exception):
    """An exception that this package knows nothing of."""


def test_the_callers_own_check_comes_last_and_refuses(
    cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]
) -> None:
    seen: list[dict[str, Any]] = []
    answers: list[Any] = []

    def check(claims: dict[str, Any]) -> Any:
        seen.append(claims)
        answer = answers.pop()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks, check=check)
    with pytest.raises(cognitoken.TokenInvalid):
        verifier.verify(tokens.access_token)
    assert seen == [], "only a token that is good otherwise"
    for accepted in (None, True):
        answers.append(accepted)
        assert verifier.verify(tokens.id_token) == seen[-1] == tokens.claims
    refusal = NotTodayError("not today")
    for run in (verifier.verify, lambda token: asyncio.run(verifier.verify_async(token))):
        answers.append(False)
        with pytest.raises(cognitoken.TokenInvalid) as caught:
            run(tokens.id_token)
        assert caught.value.code == "RefusedByCheck"
        answers.append(refusal)
        with pytest.raises(NotTodayError) as raised:
            run(tokens.id_token)
        assert raised.value is refusal
        odds: list[Any] = [0, 1, "no", [], asyncio.sleep]
        for odd in odds:
            answers.append(odd)
            with pytest.raises(TypeError, match="check has to return"):
                run(tokens.id_token)
    answers[:] = [True, refusal, False, None]
    results = verifier.verify_many([tokens.id_token] * 2 + ["no token"] + [tokens.id_token] * 2)
    assert results[0] == results[4] == tokens.claims
    assert [getattr(result, "code", None) for result in results[1:3]] == ["RefusedByCheck", "MalformedToken"]
    assert results[3] is refusal
    answers[:] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        verifier.verify_many([tokens.id_token])
    with pytest.raises(TypeError, match="check has to be callable"):
        cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, check="no")  # type: ignore[arg-type]


def test_an_error_about_a_claim_has_its_values(
    cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]
) -> None:
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks)
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        verifier.verify(tokens.access_token)
    for error in (caught.value, copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301
        assert (error.expected, error.actual) == ("id", "access")
    with pytest.raises(cognitoken.CognitoError) as other:
        cognitoken.decode("no token")
    assert (other.value.expected, other.value.actual) == (None, None)


def test_a_group_of_the_user_is_enough(cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]) -> None:
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks, groups=("admins", cognito.group))
    assert verifier.verify(tokens.id_token)["cognito:groups"] == [cognito.group]


def test_the_time_can_be_given_in_seconds_or_as_a_datetime(
    cognito: Fixtures, tokens: cognitoken.Tokens, jwks: dict[str, Any]
) -> None:
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks)
    expires: int = tokens.claims["exp"]
    moment = datetime.fromtimestamp(expires, timezone(timedelta(hours=5)))
    assert verifier.verify(tokens.id_token, expires - 1)
    assert verifier.verify(tokens.id_token, now=moment - timedelta(seconds=0.5))
    for late in (expires, float(expires) + 0.5, moment):
        with pytest.raises(cognitoken.TokenExpired):
            verifier.verify(tokens.id_token, now=late)
        with pytest.raises(cognitoken.TokenExpired):
            asyncio.run(verifier.verify_async(tokens.id_token, now=late))
    with_leeway = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks=jwks, leeway=60)
    assert with_leeway.verify(tokens.id_token, now=moment)


@pytest.mark.parametrize("now", [datetime(2026, 1, 1), float("nan"), float("inf"), 1e300])
def test_a_time_that_says_nothing_is_a_value_error(verifier: cognitoken.Verifier, now: Any) -> None:
    with pytest.raises(ValueError, match="now"):
        verifier.verify("a.b.c", now)


def test_a_time_of_another_type_is_a_type_error(verifier: cognitoken.Verifier) -> None:
    with pytest.raises(TypeError, match="now"):
        verifier.verify("a.b.c", "tomorrow")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"user_pool_id": "no pool id"},
        {"user_pool_id": None},
        {"token_use": "refresh"},
        {"client_id": ""},
        {"jwks_url": "http://example.com/jwks.json"},
        {"jwks": {"keys": "none"}},
        {"groups": []},
        {"leeway": -1},
        {"leeway": float("nan")},
        {"timeout": 0},
    ],
    ids=str,
)
def test_a_value_that_cannot_be_meant_is_a_config_error(changes: dict[str, Any]) -> None:
    with pytest.raises(cognitoken.ConfigError) as caught:
        cognitoken.Verifier(**{"user_pool_id": "us-east-1_AbCdEfGhI", "client_id": "client", **changes})
    assert caught.value.hint


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"keys": value}
    return value


@pytest.mark.parametrize("jwks", [{"keys": [object()]}, {1: "key"}, {"keys": {1, 2}}, "keys", []])
def test_keys_of_a_wrong_type_are_a_type_error(jwks: Any) -> None:
    with pytest.raises(TypeError):
        cognitoken.Verifier("us-east-1_AbCdEfGhI", "client", jwks=jwks)


def test_keys_nested_without_end_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["keys"] = endless
    for jwks in (endless, nested(10_000)):
        with pytest.raises(RecursionError):
            cognitoken.Verifier("us-east-1_AbCdEfGhI", "client", jwks=jwks)


def test_a_token_somebody_changed_is_refused(verifier: cognitoken.Verifier, tokens: cognitoken.Tokens) -> None:
    head, _, signature = tokens.id_token.split(".")
    payload = base64.urlsafe_b64encode(json.dumps(tokens.claims | {"sub": "eve"}).encode()).rstrip(b"=").decode()
    with pytest.raises(cognitoken.TokenInvalid) as caught:
        verifier.verify(f"{head}.{payload}.{signature}")
    assert caught.value.code == "InvalidSignature"


def test_threads_share_one_fetch_of_the_keys(
    serve: Callable[[Answer], MisbehavingServer],
    cognito: Fixtures,
    tokens: cognitoken.Tokens,
    jwks: dict[str, Any],
) -> None:
    everybody_waits = threading.Event()

    def keys(_request: Request) -> bytes:
        everybody_waits.wait(60)
        return response(200, jwks)

    server = serve(keys)
    verifier = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks_url=server.endpoint + "/jwks.json")
    with ThreadPoolExecutor(8) as pool:
        verified = [pool.submit(verifier.verify, tokens.id_token) for _ in range(8)]
        assert server.received.acquire(timeout=60)
        everybody_waits.set()
        assert [each.result(60)["sub"] for each in verified] == [tokens.claims["sub"]] * 8
    assert len(server.requests) == 1


def test_many_tokens_get_claims_or_an_error_each(
    verifier: cognitoken.Verifier, cognito: Fixtures, tokens: cognitoken.Tokens
) -> None:
    many = [tokens.id_token, "not a token", tokens.access_token] * 50
    answers = verifier.verify_many(many)
    claims = verifier.verify(tokens.id_token)
    for good, malformed, other_use in zip(answers[::3], answers[1::3], answers[2::3], strict=True):
        assert good == claims
        assert isinstance(malformed, cognitoken.TokenInvalid)
        assert malformed.code == "MalformedToken"
        assert isinstance(other_use, cognitoken.TokenInvalid)
        assert other_use.code == "InvalidTokenUse"
    assert verifier.verify_many([]) == []
    (late,) = verifier.verify_many([tokens.id_token], now=claims["exp"] + 1)
    assert isinstance(late, cognitoken.TokenExpired)
    fresh = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks_url=cognito.jwks_url)
    again = asyncio.run(fresh.verify_many_async(many))
    assert [isinstance(answer, dict) for answer in again] == [True, False, False] * 50
    with pytest.raises(TypeError):
        verifier.verify_many(tokens.id_token)


def test_keys_that_cannot_be_had_are_no_verdict_on_the_token(cognito: Fixtures, tokens: cognitoken.Tokens) -> None:
    nobody = cognitoken.Verifier(cognito.user_pool_id, cognito.client_id, jwks_url="http://127.0.0.1:1/jwks.json")
    with pytest.raises(cognitoken.NetworkError):
        nobody.verify(tokens.id_token)


def test_repr_names_the_pool() -> None:
    assert repr(cognitoken.Verifier("us-east-1_AbCdEfGhI", "client")) == "<Verifier of us-east-1_AbCdEfGhI>"
    assert "issuer.example" in repr(cognitoken.Verifier(None, "client", issuer="https://issuer.example"))
    two = ["us-east-1_AbCdEfGhI", "eu-west-1_Other"]
    assert repr(cognitoken.Verifier(two, "client")) == "<Verifier of us-east-1_AbCdEfGhI, eu-west-1_Other>"
