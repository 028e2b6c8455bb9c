"""Tokens as a user pool signs them, and what everybody signs in with."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POOL_ID = "us-east-1_Benchmark"
CLIENT_ID = "benchmarkclient"
USERNAME = "ada"
PASSWORD = "Correct-Horse-7!"
EMAIL = "ada@example.org"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
KEY_ID = "benchmark-key"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _integer(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    """Signs tokens as a pool does: RS256, about 1.1 KB."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self._key.public_key().public_numbers()
        self.jwk = {
            "alg": "RS256", "e": _integer(numbers.e), "kid": KEY_ID, "kty": "RSA", "n": _integer(numbers.n),
            "use": "sig",
        }  # fmt: skip
        self.jwks = {"keys": [self.jwk]}

    def given(self) -> dict[str, Any]:
        """What a contender needs to verify tokens."""
        public = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {
            "pool": POOL_ID, "client": CLIENT_ID, "issuer": ISSUER, "jwks": self.jwks,
            "jwks_text": json.dumps(self.jwks), "public_key": public.decode(),
        }  # fmt: skip

    def token(self, token_use: str = "id", number: int = 0) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "sub": "b8b61f88-37b8-5a4e-ae92-df9c04c603ed",
            "cognito:groups": ["analysts"],
            "email_verified": True,
            "iss": ISSUER,
            "cognito:username": USERNAME,
            "origin_jti": "4eadd044-3d9b-4a86-a75b-f971e29c53bd",
            "event_id": event_of(number),
            "token_use": token_use,
            "auth_time": now,
            "iat": now,
            "exp": now + 86_400,
            "jti": "cbb53ebd-b39e-4a74-9156-6ae8beb9d670",
            "email": EMAIL,
            "custom:aplos_user_id": "user-0815",
            "custom:aplos_user_tenant_id": "tenant-42",
        }
        claims |= {"aud": CLIENT_ID} if token_use == "id" else {"client_id": CLIENT_ID, "username": USERNAME}
        header = base64url(json.dumps({"kid": KEY_ID, "alg": "RS256"}).encode())
        signed = f"{header}.{base64url(json.dumps(claims).encode())}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(signature)}"

    def tokens(self) -> dict[str, Any]:
        """What a sign-in that succeeds brings."""
        result = {
            "AccessToken": self.token("access"), "ExpiresIn": 86_400, "IdToken": self.token(),
            "RefreshToken": "refresh" * 200, "TokenType": "Bearer",
        }  # fmt: skip
        return {"AuthenticationResult": result, "ChallengeParameters": {}}


def event_of(number: int) -> str:
    """The claim by which the token of this number is known."""
    return f"93bda838-bde9-4c58-ae7a-{number:012d}"
