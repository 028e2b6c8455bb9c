"""All that the server keeps between two requests."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from .clock import Clock
from .errors import RefusalError, not_authorized
from .exchange import Exchange, Sessions
from .fields import Body, required_text
from .model import Client, Pool, User
from .proofs import Proofs
from .refresh import RefreshTokens
from .scenarios import make_pools
from .tokens import Claimed, TokenSigner, unverified


class State:
    """Pools and what goes on in them."""

    def __init__(self, clock: Clock, signer: TokenSigner) -> None:
        self.clock = clock
        self.signer = signer
        self.pools = make_pools()
        self.sessions = Sessions(clock)
        self.proofs = Proofs(clock)
        self.refresh_tokens = RefreshTokens(clock, signer)
        # Sign-ins without a session that wait for DEVICE_SRP_AUTH, by client, user and device.
        self.waiting_for_device: dict[tuple[str, str, str], Exchange] = {}

    def client(self, body: Body) -> Client:
        client_id = required_text(body, "ClientId")
        for pool in self.pools.values():
            for client in pool.clients.values():
                if client.id == client_id:
                    return client
        raise RefusalError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")

    def pool_of(self, client: Client) -> Pool:
        return self.pools[client.pool]

    def pool_with_id(self, pool_id: str) -> Pool | None:
        return next((pool for pool in self.pools.values() if pool.id == pool_id), None)

    def user(self, client: Client, name: str) -> User | None:
        return self.pool_of(client).find(name)

    def phantom(self, client: Client, name: str) -> User:
        """Stands in for a user who does not exist: asked like any other, and never right."""
        pool = self.pool_of(client)
        own_name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{pool.id}/{name}")) if pool.alias else name
        return User(pool=pool, name=own_name, sign_in_name=name, scenario="", password=str(uuid.uuid4()))

    def signed_in(self, body: Body) -> tuple[User, Claimed]:
        """The user of an access token that is genuine, current and not revoked."""
        token = required_text(body, "AccessToken")
        issuer = unverified(token, "iss")
        pool = next((pool for pool in self.pools.values() if pool.issuer == issuer), None)
        if pool is None:
            raise not_authorized("Invalid Access Token")
        claimed = self.signer.read_access_token(pool, token, self.clock.now())
        if self.refresh_tokens.is_revoked(claimed.family):
            raise not_authorized("Access Token has been revoked")
        return pool.users[claimed.username], claimed

    def whose(self, body: Body) -> str | None:
        """The user that a request without a name is about, by the token or session in it."""
        parameters = body.get("AuthParameters")
        given = {**body, **parameters} if isinstance(parameters, dict) else body
        readers: dict[str, Callable[[str], str | None]] = {
            "RefreshToken": self.refresh_tokens.whose,
            "REFRESH_TOKEN": self.refresh_tokens.whose,
            "Token": self.refresh_tokens.whose,
            "Session": self.sessions.whose,
            "AccessToken": lambda token: unverified(token, "username"),
        }
        found = (read(given[name]) for name, read in readers.items() if isinstance(given.get(name), str))
        return next((name for name in found if name), None)
