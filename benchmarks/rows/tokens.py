"""Looking at a token and verifying it, keys at hand: decode and verify, and many tokens at once."""

from __future__ import annotations

import json

import jwt as pyjwt
from jose import jwt as jose_jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet
from measure import calls
from report import Row, Target, seconds
from service import CLIENT_ID, ISSUER, POOL_ID, Issuer

import cognitoken
from rows.elsewhere import node, rscript, rust


def measure(_context: object) -> list[Row]:
    issuer = Issuer()
    token = issuer.token()
    return [_decode(token), _verify(issuer, token)]


def _decode(token: str) -> Row:
    unverified = {"verify_signature": False}
    contenders = {
        "cognitoken": lambda: cognitoken.decode(token).payload["email"],
        "PyJWT": lambda: pyjwt.decode(token, options=unverified)["email"],
        "python-jose": lambda: jose_jwt.get_unverified_claims(token)["email"],
    }
    assert {contender() for contender in contenders.values()} == {"ada@example.org"}
    measured = calls(contenders)
    measured |= {f"{name} (node)": series for name, series in node("decode", token=token).items()}
    measured |= rscript("decode", token=token)
    own = rust("decode", token=token)
    measured |= own
    python, core = measured["cognitoken"].median, own["cognitoken (Rust)"].median
    return Row(
        "decode", "Takes a 1.1 KB ID token apart, without verifying it.", (1e-6, "us"), measured, "cognitoken",
        [
            Target("Rust", "<= 2 us", seconds(core), core <= 2e-6),
            Target("Python", "<= 6 us", seconds(python), python <= 6e-6),
        ],
    )  # fmt: skip


def _verify(issuer: Issuer, token: str) -> Row:
    verifier = cognitoken.Verifier(POOL_ID, CLIENT_ID, jwks=issuer.jwks)
    key = pyjwt.PyJWK(issuer.jwk).key
    keys = KeySet.import_key_set({"keys": [issuer.jwk]})
    registry = joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": CLIENT_ID}
    )

    def joserfc() -> str:
        decoded = joserfc_jwt.decode(token, keys, algorithms=["RS256"])
        registry.validate(decoded.claims)
        return str(decoded.claims["email"])

    contenders = {
        "cognitoken": lambda: verifier.verify(token)["email"],
        "PyJWT": lambda: pyjwt.decode(token, key, algorithms=["RS256"], audience=CLIENT_ID, issuer=ISSUER)[
            "email"
        ],
        "joserfc": joserfc,
        "python-jose": lambda: jose_jwt.decode(
            token, issuer.jwk, algorithms=["RS256"], audience=CLIENT_ID, issuer=ISSUER
        )["email"],
    }
    assert {contender() for contender in contenders.values()} == {"ada@example.org"}
    measured = calls(contenders)
    given = {
        "token": token,
        "jwks": json.dumps(issuer.jwks),
        "pool": POOL_ID,
        "client": CLIENT_ID,
        "issuer": ISSUER,
    }
    measured |= {f"{name} (node)": series for name, series in node("verify", **given).items()}
    measured |= rscript("verify", **given)
    own = rust("verify", **given)
    measured |= own
    python, slow = measured["cognitoken"].median, measured["PyJWT"].median
    targets = [
        Target("Python", "<= 30 us", seconds(python), python <= 30e-6),
        Target("PyJWT against ours", ">= 3 times", f"{slow / python:.1f}", slow / python >= 3),
    ]
    raw = own["aws-lc-rs, the signature alone (Rust)"].median
    ratio = own["cognitoken (Rust)"].median / raw
    targets.append(Target("Rust against raw aws-lc-rs", "<= 1.25 times", f"{ratio:.2f}", ratio <= 1.25))
    return Row(
        "verify", "Verifies a 1.1 KB ID token: signature, issuer, audience, times.", (1e-6, "us"), measured,
        "cognitoken", targets,
    )  # fmt: skip
