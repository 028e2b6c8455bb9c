"""A user pool of the tests' own: its keys, its genuine tokens, and how a forger signs instead."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

USER_POOL_ID = "us-east-1_AbCdEfGhI"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{USER_POOL_ID}"
CLIENT_ID = "1example23456789"
GROUP = "administrators"

NOW = int(time.time())
LIFE_SECONDS = 3600

KEY = rsa.generate_private_key(65537, 2048)
SECOND_KEY = rsa.generate_private_key(65537, 2048)
# No pool has such a key, but a verifier takes it. Where the padding is checked loosely, a cube root will do.
CUBE_KEY = rsa.generate_private_key(3, 2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
FORGERS_KEY = rsa.generate_private_key(65537, 2048)

Json = dict[str, Any]
Sign = Callable[[bytes], bytes]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(number: int, length: int | None = None) -> bytes:
    return number.to_bytes(length or (number.bit_length() + 7) // 8, "big")


def jwk(key: rsa.RSAPrivateKey, key_id: str) -> Json:
    numbers = key.public_key().public_numbers()
    values = {"n": b64(bytes_of(numbers.n)), "e": b64(bytes_of(numbers.e))}
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, **values}


def _curve_jwk(key_id: str) -> Json:
    numbers = CURVE_KEY.public_key().public_numbers()
    point = {"x": b64(bytes_of(numbers.x, 32)), "y": b64(bytes_of(numbers.y, 32))}
    return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": key_id, **point}


# The last two are of kinds that Cognito does not use: they must be of no use to anybody.
SHARED_SECRET = b"shared secret of thirty-two bytes"
JWKS: Json = {
    "keys": [
        jwk(KEY, "pool-key"),
        jwk(SECOND_KEY, "second-key"),
        jwk(CUBE_KEY, "cube-key"),
        _curve_jwk("curve-key"),
        {"kty": "oct", "alg": "HS256", "kid": "shared-key", "k": b64(SHARED_SECRET)},
    ]
}

HEADER: Json = {"alg": "RS256", "kid": "pool-key"}


def claims(**changed: Any) -> Json:
    """What a genuine ID token says; ``None`` stays, ``...`` leaves a claim out."""
    said: Json = {
        "sub": "f2a1",
        "iss": ISSUER,
        "aud": CLIENT_ID,
        "token_use": "id",
        "cognito:username": "ada",
        "iat": NOW - 60,
        "exp": NOW + LIFE_SECONDS,
    }
    return {name: value for name, value in (said | changed).items() if value is not ...}


def access_claims(**changed: Any) -> Json:
    return claims(**{"aud": ..., "client_id": CLIENT_ID, "token_use": "access"} | changed)


def rsa_signature(key: rsa.RSAPrivateKey = KEY, digest: hashes.HashAlgorithm | None = None) -> Sign:
    return lambda signed: key.sign(signed, padding.PKCS1v15(), digest or hashes.SHA256())


def pss_signature(digest: hashes.HashAlgorithm) -> Sign:
    scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
    return lambda signed: KEY.sign(signed, scheme, digest)


def hmac_signature(secret: bytes, digest: str = "sha256") -> Sign:
    return lambda signed: hmac.digest(secret, signed, digest)


def curve_signature(signed: bytes) -> bytes:
    r, s = decode_dss_signature(CURVE_KEY.sign(signed, ec.ECDSA(hashes.SHA256())))
    return bytes_of(r, 32) + bytes_of(s, 32)


def cube_root_signature(signed: bytes) -> bytes:
    """Passes for the cube key's where nobody looks at what follows the digest (Bleichenbacher, 2006)."""
    digest_info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(signed).digest()
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info
    wanted = int.from_bytes(start.ljust(256, b"\x00"), "big")
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < wanted else (low, middle)
    assert bytes_of(low**3, 256).startswith(start)
    return bytes_of(low, 256)


def nothing(_signed: bytes) -> bytes:
    return b""


def text_of(part: Json | str | bytes) -> bytes:
    if isinstance(part, bytes):
        return part
    return part.encode() if isinstance(part, str) else json.dumps(part).encode()


def token(
    payload: Json | str | bytes | None = None, header: Json | str | bytes = HEADER, sign: Sign | None = None
) -> str:
    """A token in its compact form, signed by the pool by default. A part that is text stands as it is."""
    signed = f"{b64(text_of(header))}.{b64(text_of(claims() if payload is None else payload))}"
    return f"{signed}.{b64((sign or rsa_signature())(signed.encode()))}"


def header(**changed: Any) -> Json:
    return {name: value for name, value in (HEADER | changed).items() if value is not ...}
