"""ID and access tokens: RS256, each kind signed by a key of its own, and the key set that verifies them."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from .errors import not_authorized
from .model import Client, Pool, User

GROUP = "analysts"
ACCESS_SCOPE = "aws.cognito.signin.user.admin"


@dataclass(frozen=True)
class Claimed:
    """What an access token that was checked says."""

    username: str
    client_id: str
    family: str
    device_key: str | None


class SigningKey:
    """An RSA key, made when it is first used, and its public half as a JWK."""

    @cached_property
    def _private(self) -> RSAPrivateKey:
        return generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def kid(self) -> str:
        # Cognito's key ids are base64, padding and all: clients must not trip over "/+=".
        modulus = self._private.public_key().public_numbers().n.to_bytes(256, "big")
        return "+/" + base64.b64encode(hashlib.sha256(modulus).digest()).decode()[2:]

    def jwk(self) -> dict[str, str]:
        numbers = self._private.public_key().public_numbers()
        modulus, exponent = numbers.n.to_bytes(256, "big"), numbers.e.to_bytes(3, "big")
        values = {"kid": self.kid, "e": _base64url(exponent), "n": _base64url(modulus)}
        return {"alg": "RS256", "kty": "RSA", "use": "sig", **values}

    def sign(self, claims: dict[str, Any]) -> str:
        signed = ".".join(
            _base64url(json.dumps(part).encode()) for part in ({"kid": self.kid, "alg": "RS256"}, claims)
        )
        return f"{signed}.{_base64url(self._private.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token that this key signed."""
        try:
            signed, _, signature = token.rpartition(".")
            public = self._private.public_key()
            public.verify(_from_base64url(signature), signed.encode(), PKCS1v15(), SHA256())
            claims: dict[str, Any] = json.loads(_from_base64url(signed.partition(".")[2]))
        except (InvalidSignature, ValueError):
            raise not_authorized("Could not verify signature for Access Token") from None
        return claims


class TokenSigner:
    """Signs the tokens of every pool."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], SigningKey] = {}

    def key_set(self, pool: Pool) -> dict[str, Any]:
        return {"keys": [self._key(pool, use).jwk() for use in ("id", "access")]}

    def sign(
        self, user: User, client: Client, *, family: str, device_key: str | None, auth_time: float, now: float
    ) -> dict[str, Any]:
        """An ID and an access token as ``AuthenticationResult`` has them."""
        shared = {
            "sub": user.sub,
            "iss": user.pool.issuer,
            "cognito:groups": [GROUP],
            "origin_jti": family,
            "event_id": str(uuid.uuid4()),
            "auth_time": int(auth_time),
            "iat": int(now),
            "exp": int(now) + client.token_seconds,
        }
        identity = {
            **shared,
            **user.attributes,
            "email_verified": user.attributes["email_verified"] == "true",
            "cognito:username": user.name,
            "aud": client.id,
            "token_use": "id",
            "jti": str(uuid.uuid4()),
        }
        access = {
            **shared,
            "username": user.name,
            "client_id": client.id,
            "token_use": "access",
            "scope": ACCESS_SCOPE,
            "jti": str(uuid.uuid4()),
        }
        if device_key is not None:
            access["device_key"] = device_key
        return {
            "AccessToken": self._key(user.pool, "access").sign(access),
            "ExpiresIn": client.token_seconds,
            "IdToken": self._key(user.pool, "id").sign(identity),
            "TokenType": "Bearer",
        }

    def read_access_token(self, pool: Pool, token: str, now: float) -> Claimed:
        claims = self._key(pool, "access").read(token)
        if claims["exp"] <= now:
            raise not_authorized("Access Token has expired")
        return Claimed(
            claims["username"], claims["client_id"], claims["origin_jti"], claims.get("device_key")
        )

    def _key(self, pool: Pool, use: str) -> SigningKey:
        return self._keys.setdefault((pool.id, use), SigningKey())


def unverified(token: str, claim: str) -> str | None:
    """What a token says of itself; nothing is verified yet."""
    try:
        return str(json.loads(_from_base64url(token.split(".")[1]))[claim])
    except (ValueError, LookupError, TypeError):
        return None


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
