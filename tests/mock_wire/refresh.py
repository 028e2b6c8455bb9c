"""Refresh tokens: both operations that take one, rotation, and revoking."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from .clock import Clock
from .errors import RefusalError, invalid_parameter, not_authorized
from .model import Client, User
from .tokens import TokenSigner


@dataclass
class Grant:
    """What a refresh token stands for. A family is all tokens of one sign-in."""

    user: User
    client: Client
    family: str
    device_key: str | None
    auth_time: float
    expires: float
    replaced_at: float | None = None


class RefreshTokens:
    """Every refresh token that was given out."""

    def __init__(self, clock: Clock, signer: TokenSigner) -> None:
        self._clock = clock
        self._signer = signer
        self._grants: dict[str, Grant] = {}
        self._revoked: set[str] = set()

    def start_family(self, user: User, client: Client, device_key: str | None) -> dict[str, Any]:
        """All tokens of a new sign-in."""
        now = self._clock.now()
        grant = Grant(user, client, str(uuid.uuid4()), device_key, now, now + client.refresh_seconds)
        return {**self._sign(grant), "RefreshToken": self._give(grant)}

    def get_tokens(
        self, client: Client, token: str, client_secret: str | None, device_key: str | None
    ) -> dict[str, Any]:
        """GetTokensFromRefreshToken: the way that works with rotation on and off."""
        if not client.knows_get_tokens:
            raise RefusalError("UnknownOperationException", "")
        client.check_secret(client_secret)
        grant = self._find(token, client, device_key)
        if not client.rotation:
            return self._sign(grant)
        now = self._clock.now()
        if grant.replaced_at is None:
            grant.replaced_at = now
        # The new token lives no longer than the one it replaces would have.
        successor = Grant(grant.user, client, grant.family, grant.device_key, grant.auth_time, grant.expires)
        return {**self._sign(grant), "RefreshToken": self._give(successor)}

    def refresh_token_auth(self, client: Client, parameters: dict[str, str]) -> dict[str, Any]:
        """REFRESH_TOKEN_AUTH: SECRET_HASH goes over the user's own name, whatever they signed in with."""
        token = parameters.get("REFRESH_TOKEN")
        if not token:
            raise invalid_parameter("Missing required parameter REFRESH_TOKEN")
        known = self._grants.get(token)
        client.check_secret_hash(known.user.name if known else "", parameters.get("SECRET_HASH"))
        return self._sign(self._find(token, client, parameters.get("DEVICE_KEY")))

    def revoke(self, client: Client, token: str, client_secret: str | None) -> None:
        """RevokeToken: the token, and with it all that came from the same sign-in."""
        try:
            client.check_secret(client_secret)
        except RefusalError as refusal:
            raise RefusalError("UnauthorizedException", refusal.message) from None
        grant = self._grants.get(token)
        if grant is None:
            if token.count(".") == 2:
                raise RefusalError("UnsupportedTokenTypeException", "Unsupported token type")
            return
        if grant.client is not client:
            raise RefusalError("UnauthorizedException", "Refresh token was not issued to this client")
        self._revoked.add(grant.family)

    def revoke_all(self, user: User) -> None:
        self._revoked.update(grant.family for grant in self._grants.values() if grant.user is user)

    def revoke_device(self, user: User, device_key: str) -> None:
        of_device = (g for g in self._grants.values() if g.user is user and g.device_key == device_key)
        self._revoked.update(grant.family for grant in of_device)

    def whose(self, token: str) -> str | None:
        grant = self._grants.get(token)
        return grant.user.name if grant else None

    def is_revoked(self, family: str) -> bool:
        return family in self._revoked

    def _find(self, token: str, client: Client, device_key: str | None) -> Grant:
        grant = self._grants.get(token)
        now = self._clock.now()
        if grant is None or grant.client is not client:
            raise not_authorized("Invalid Refresh Token.")
        if grant.family in self._revoked:
            raise not_authorized("Refresh Token has been revoked")
        if grant.expires <= now:
            raise not_authorized("Refresh Token has expired")
        if not grant.user.enabled:
            raise not_authorized("User is disabled.")
        self._check_device(grant, device_key)
        if grant.replaced_at is not None and now >= grant.replaced_at + client.grace_seconds:
            raise RefusalError("RefreshTokenReuseException", "Refresh Token has been used already")
        return grant

    @staticmethod
    def _check_device(grant: Grant, device_key: str | None) -> None:
        """A pool that remembers devices wants the key of the device, and wants it confirmed."""
        if grant.device_key is None:
            return
        device = grant.user.devices.get(grant.device_key)
        if device is None or not device.confirmed or device_key != grant.device_key:
            raise not_authorized("Invalid Refresh Token.")

    def _give(self, grant: Grant) -> str:
        # Five parts, like the JWE that Cognito gives; nobody but the server can tell what is in it.
        header = json.dumps(
            {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}, separators=(",", ":")
        ).encode()
        parts = [header, *(secrets.token_bytes(size) for size in (256, 12, 400, 16))]
        token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        self._grants[token] = grant
        return token

    def _sign(self, grant: Grant) -> dict[str, Any]:
        return self._signer.sign(
            grant.user,
            grant.client,
            family=grant.family,
            device_key=grant.device_key,
            auth_time=grant.auth_time,
            now=self._clock.now(),
        )
