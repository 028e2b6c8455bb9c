"""Looking at tokens and verifying them, keys at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt as pyjwt
from jose import jwt as jose_jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

import cognitoken

Claims = dict[str, Any]
DECODERS: dict[str, Callable[[str], Claims]] = {
    "cognitoken": lambda token: cognitoken.decode(token).payload,
    "PyJWT": lambda token: pyjwt.decode(token, options={"verify_signature": False}),
    "python-jose": jose_jwt.get_unverified_claims,
}


def verifiers(given: dict[str, Any]) -> dict[str, Callable[[str], Claims]]:
    """Each checks the signature, the issuer, the audience and the times."""
    issuer, client = given["issuer"], given["client"]
    (jwk,) = given["jwks"]["keys"]
    ours = cognitoken.Verifier(given["pool"], client, jwks=given["jwks"])
    key = pyjwt.PyJWK(jwk).key
    keys = KeySet.import_key_set({"keys": [jwk]})
    registry = joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client}
    )

    def joserfc(token: str) -> Claims:
        decoded = joserfc_jwt.decode(token, keys, algorithms=["RS256"])
        registry.validate(decoded.claims)
        return decoded.claims

    return {
        "cognitoken": ours.verify,
        "PyJWT": lambda token: pyjwt.decode(token, key, algorithms=["RS256"], audience=client, issuer=issuer),
        "joserfc": joserfc,
        "python-jose": lambda token: jose_jwt.decode(
            token, jwk, algorithms=["RS256"], audience=client, issuer=issuer
        ),
    }


def many_verifiers(given: dict[str, Any]) -> dict[str, Callable[[list[str]], list[str | None]]]:
    """Each gives one answer a token, in their order: what the claims say, or nothing where the token is refused."""
    verifier = cognitoken.Verifier(given["pool"], given["client"], jwks=given["jwks"])
    single = verifiers(given)

    def told(verify: Callable[[str], Claims], refusal: type[Exception]) -> Callable[[str], str | None]:
        def answer(token: str) -> str | None:
            try:
                event: str = verify(token)["event_id"]
            except refusal:
                return None
            return event

        return answer

    ours = told(single["cognitoken"], cognitoken.TokenError)
    pyjwt_answer = told(single["PyJWT"], pyjwt.PyJWTError)
    pool = ThreadPoolExecutor(os.cpu_count())
    return {
        "at-once": lambda tokens: [
            None if isinstance(claims, cognitoken.CognitoError) else claims["event_id"]
            for claims in verifier.verify_many(tokens)
        ],
        "one-by-one": lambda tokens: [ours(token) for token in tokens],
        "PyJWT": lambda tokens: [pyjwt_answer(token) for token in tokens],
        "PyJWT, threads": lambda tokens: list(pool.map(pyjwt_answer, tokens)),
    }


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Contenders are named ``decode``, ``verify`` or ``many``, a slash, and their name."""
    calls: dict[str, Callable[[], object]] = {}
    token = given["token"]
    for name, decode in DECODERS.items():
        calls[f"decode/{name}"] = lambda decode=decode: decode(token)["email"]  # type: ignore[misc]
    for name, verify in verifiers(given).items():
        calls[f"verify/{name}"] = lambda verify=verify: verify(token)["email"]  # type: ignore[misc]
    for name, many in many_verifiers(given).items():
        calls[f"many/{name}"] = lambda many=many: many(given["tokens"])  # type: ignore[misc]
    return calls
