"""Tokens whose signature is genuine, and which say what must not be accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import pool
from .pool import CLIENT_ID, FORGERS_KEY, GROUP, ISSUER, NOW, claims, header, rsa_signature, token
from .row import ACCEPTED, EXPIRED, INVALID, Row

FORGER = rsa_signature(FORGERS_KEY)


# JSON as it stands in the token, where Python has no value for it.
@dataclass(frozen=True)
class Raw:
    text: str


def rows() -> Iterator[Row]:
    yield from members_twice()
    yield from wrong_values()
    yield from other_addressees()
    yield from times()


def members_twice() -> Iterator[Row]:
    """The last of two members of one name counts, in every language. Only the pool can sign such a token."""
    for name, bad in [("alg", "none"), ("kid", "forgers-key")]:
        good = header()[name]
        others = header(**{name: ...})
        for order, values, verdict in [("last", (bad, good), ACCEPTED), ("first", (good, bad), INVALID)]:
            twice = _twice(name, values, others)
            yield Row(f"{name} twice, the good one {order}", token(header=twice), verdict)
            yield Row(f"{name} twice, the good one {order}, by the forger", token(header=twice, sign=FORGER))
    refused: list[tuple[str, Any, str]] = [
        ("iss", "https://forger.example", INVALID),
        ("aud", "another-client", INVALID),
        ("token_use", "access", INVALID),
        ("exp", NOW - 3600, EXPIRED),
        ("nbf", NOW + 3600, INVALID),
    ]
    for name, wrong, verdict in refused:
        good = claims().get(name, NOW - 60)
        others = claims(**{name: ...})
        for spelled in [name, f"\\u{ord(name[0]):04x}{name[1:]}"]:
            last, first = (_twice(name, values, others, spelled) for values in [(wrong, good), (good, wrong)])
            yield Row(f"{spelled} twice, the good one last", token(last), ACCEPTED)
            yield Row(f"{spelled} twice, the good one first", token(first), verdict)
            yield Row(f"{spelled} twice, the good one last, by the forger", token(last, sign=FORGER))
            yield Row(f"{spelled} twice, the good one first, by the forger", token(first, sign=FORGER))


def _twice(name: str, values: tuple[Any, Any], others: pool.Json, spelled: str = "") -> str:
    members = [f'"{name}": {json.dumps(values[0])}', f'"{spelled or name}": {json.dumps(values[1])}']
    members += [f"{json.dumps(other)}: {json.dumps(value)}" for other, value in others.items()]
    return "{" + ", ".join(members) + "}"


NO_VALUES: list[Any] = [..., None, True, False, 0, 1, 1.5, [], {}, "", [[]], [None]]
NOT_NUMBERS = [
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x7fffffff",
    "+1",
    "01",
    "9" * 400,
    "1_000",
]
NO_TIMES: list[Any] = [
    *(..., None, True, False, "", str(NOW), "NaN", "Infinity", [], [NOW], [[]], {}),
    *(Raw(text) for text in [*NOT_NUMBERS, "1.", ".5", "1e", "undefined"]),
]


def wrong_values() -> Iterator[Row]:
    changed: dict[str, list[Any]] = {
        "iss": [*NO_VALUES, [ISSUER], {"iss": ISSUER}, [[ISSUER]]],
        "token_use": [*NO_VALUES, ["id"], {"id": True}, "ID", " id", "id ", "id\0", "access", "refresh", "*"],
        "aud": [
            *NO_VALUES,
            *(CLIENT_ID + end for end in [" ", "\0", "\n", "x", ",x"]),
            *(CLIENT_ID[:-1], CLIENT_ID.upper(), f" {CLIENT_ID}", "*", "another-client", ["another-client"]),
            *([[CLIENT_ID]], [f"{CLIENT_ID} "], [{"aud": CLIENT_ID}], {"aud": CLIENT_ID}, {CLIENT_ID: 1}),
        ],
        "exp": [*NO_TIMES, {"exp": NOW + 3600}, "2099-01-01T00:00:00Z"],
        "nbf": [*NO_TIMES[1:], 2**63, 2**64, 1e308, NOW + 3600],
        "iat": NO_TIMES[1:],
    }
    for name, values in changed.items():
        for value in values:
            yield Row(f"{name} {_shown(value)}", token(_said(claims(), name, value)))
    for value in [0, 1, 1.5, -1, -1.5, -(2**63), -1e308, Raw("-0"), Raw("1e-400"), NOW - 1]:
        yield Row(f"exp {_shown(value)}", token(_said(claims(), "exp", value)), EXPIRED)
    for value in [2**63 - 1, 2**63, 2**64, 1e308, NOW + 3600.5]:
        yield Row(f"exp {_shown(value)}, which is far", token(_said(claims(), "exp", value)), ACCEPTED)
    yield Row("aud a list with the client in it", token(claims(aud=["x", CLIENT_ID])), ACCEPTED)
    for value in [*NO_VALUES, [CLIENT_ID], {CLIENT_ID: 1}, CLIENT_ID + "\0", "another-client"]:
        payload = pool.access_claims(client_id=value)
        yield Row(f"client_id {_shown(value)}", token(payload), token_use="access")
    with_audience = pool.access_claims(client_id=..., aud=CLIENT_ID)
    yield Row("an access token with aud in the place of client_id", token(with_audience), token_use="access")
    for value in [*NO_VALUES, GROUP, {GROUP: 1}, [[GROUP]], [GROUP.upper()], [GROUP + "\0"], [f"x,{GROUP}"]]:
        payload = claims(**{"cognito:groups": value})
        yield Row(f"cognito:groups {_shown(value)}", token(payload), groups=(GROUP,))
    payload = claims(**{"cognito:groups": ["x", GROUP]})
    yield Row("cognito:groups with the group in it", token(payload), ACCEPTED, groups=(GROUP,))


def _said(payload: pool.Json, name: str, value: Any) -> pool.Json | str:
    if not isinstance(value, Raw):
        return {name_: value_ for name_, value_ in (payload | {name: value}).items() if value_ is not ...}
    return json.dumps(payload | {name: "here"}).replace('"here"', value.text)


def _shown(value: Any) -> str:
    text = value.text if isinstance(value, Raw) else "absent" if value is ... else json.dumps(value)
    return text if len(text) < 60 else f"{text[:60]}..."


def other_addressees() -> Iterator[Row]:
    yield Row("an access token where an ID token is wanted", token(pool.access_claims()))
    yield Row("an ID token where an access token is wanted", token(), token_use="access")
    start = ISSUER.removesuffix(pool.USER_POOL_ID)
    host = "cognito-idp.us-east-1.amazonaws.com"
    issuers = {
        "another pool": f"{start}us-east-1_Another01",
        "another region": ISSUER.replace("us-east-1", "eu-west-1"),
        "with a slash at its end": f"{ISSUER}/",
        "with two slashes within": ISSUER.replace("/us-east-1_", "//us-east-1_"),
        "in upper case": ISSUER.upper(),
        "with its host in upper case": ISSUER.replace(host, host.upper()),
        "with its pool in lower case": ISSUER.lower(),
        "by plain http": ISSUER.replace("https", "http"),
        "without a scheme": ISSUER.removeprefix("https://"),
        "with its port": ISSUER.replace(".com", ".com:443"),
        "with a dot after its host": ISSUER.replace(".com", ".com."),
        "with a user name": ISSUER.replace("https://", "https://x@"),
        "with a query": f"{ISSUER}?",
        "with a fragment": f"{ISSUER}#",
        "with the key set's path": f"{ISSUER}/.well-known/jwks.json",
        "percent-encoded": ISSUER.replace("_", "%5F"),
        "with a space before it": f" {ISSUER}",
        "with a space after it": f"{ISSUER} ",
        "with a NUL after it": f"{ISSUER}\0",
        "with a zero width space": f"{ISSUER}\u200b",
        "shorter by a letter": ISSUER[:-1],
        "longer by a letter": f"{ISSUER}x",
        "the host of a stranger's": ISSUER.replace(".com", ".com.forger.example"),
        "a look-alike with a Cyrillic letter": ISSUER.replace("cognito", "c\u043egnito"),
        "the look-alike in punycode": ISSUER.replace("cognito-idp", "xn--cgnito-idp-ncj"),
        "in full width letters": ISSUER.replace("cognito", "\uff43\uff4f\uff47\uff4e\uff49\uff54\uff4f"),
        "with a combining mark": ISSUER.replace("cognito", "co\u0301gnito"),
        "the pool's id alone": pool.USER_POOL_ID,
    }
    for name, issuer in issuers.items():
        yield Row(f"issuer: {name}", token(claims(iss=issuer)))


def times() -> Iterator[Row]:
    """On both sides of each edge: ``nbf`` <= now < ``exp``, either side wider by the leeway."""
    edge = 1_800_000_000
    until, since = token(claims(exp=edge)), token(claims(nbf=edge, exp=edge + 36_000))
    for leeway in [0, 5]:
        for seconds in [-3600, -1, -0.5, 0, 0.5, 1, 3600]:
            name = f"{seconds} s from the edge, leeway {leeway}"
            yield Row(
                f"exp: {name}",
                until,
                ACCEPTED if seconds < 0 else EXPIRED,
                leeway=leeway,
                now=edge + leeway + seconds,
            )
            yield Row(
                f"nbf: {name}",
                since,
                ACCEPTED if seconds >= 0 else INVALID,
                leeway=leeway,
                now=edge - leeway + seconds,
            )
    yield Row("nbf: in 1970", token(claims(nbf=NOW)), now=0.0)
    # By the machine's own clock, which is all that the command knows.
    late, early = token(claims(exp=NOW - 60)), token(claims(nbf=NOW + 3600, exp=NOW + 7200))
    for leeway, verdict in [(0, EXPIRED), (30, EXPIRED), (3600, ACCEPTED)]:
        yield Row(f"exp: a minute ago by the clock, leeway {leeway}", late, verdict, leeway=leeway)
    for leeway, verdict in [(0, INVALID), (30, INVALID), (7200, ACCEPTED)]:
        yield Row(f"nbf: in an hour by the clock, leeway {leeway}", early, verdict, leeway=leeway)
