"""The table: tokens that pass for a pool's, and what a verifier has to say about each.

Made once, and the same for every language. Whatever can be signed by the pool's own key is, so that nothing
but the fault that a row is about can have the token refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import forged_claims, forged_headers, forged_texts, pool
from .pool import ISSUER, claims, header, rsa_signature, token
from .row import ACCEPTED, Row


def table() -> list[Row]:
    rows = [*genuine(), *forged_headers.rows(), *forged_claims.rows(), *forged_texts.rows()]
    names = [row.name for row in rows]
    assert len(set(names)) == len(names), sorted(name for name in set(names) if names.count(name) > 1)
    return rows


def genuine() -> Iterator[Row]:
    yield Row("genuine ID token", token(), ACCEPTED)
    yield Row("genuine access token", token(pool.access_claims()), ACCEPTED, token_use="access")
    second = token(header=header(kid="second-key"), sign=rsa_signature(pool.SECOND_KEY))
    yield Row("genuine token of the second key", second, ACCEPTED)
    cube = token(header=header(kid="cube-key"), sign=rsa_signature(pool.CUBE_KEY))
    yield Row("genuine token of the cube key", cube, ACCEPTED)
    updated = ISSUER.replace("//cognito-idp", "//issuer-cognito-idp")
    yield Row("genuine token of the updated issuer", token(claims(iss=updated)), ACCEPTED)
