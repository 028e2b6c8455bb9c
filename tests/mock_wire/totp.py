"""Codes of an authenticator app, RFC 6238: SHA-1, 6 digits, 30 seconds."""

from __future__ import annotations

import base64
import hmac
import secrets

STEP_SECONDS = 30


def new_secret() -> str:
    """32 random bytes, so that the text is as long as Cognito's: 52 characters, unpadded."""
    return base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")


def code_at(secret: str, step: int) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def matching_step(secret: str, code: str, now: float) -> int | None:
    """Which of the three steps around now the code belongs to."""
    current = int(now) // STEP_SECONDS
    return next((step for step in (current, current - 1, current + 1) if code_at(secret, step) == code), None)
