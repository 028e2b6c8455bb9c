"""Pools, app clients, users and devices: what the server knows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field

from .errors import not_authorized
from .srp import Verifier

REGION = "us-east-1"
ALL_FLOWS = frozenset(
    {"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}
)


@dataclass
class Client:
    """An app client and its settings."""

    pool: str
    name: str
    id: str
    secret: str | None = None
    flows: frozenset[str] = ALL_FLOWS
    rotation: bool = False
    grace_seconds: int = 0
    knows_get_tokens: bool = True
    session_seconds: int = 180
    token_seconds: int = 3600
    refresh_seconds: int = 30 * 86400
    # Cognito sends none with the first PASSWORD_VERIFIER of USER_SRP_AUTH; a client has to cope with one.
    session_with_srp: bool = False
    srp_form: str = "any"

    def check_secret_hash(self, username: str, given: str | None) -> None:
        """SECRET_HASH must be there exactly when the client has a secret, over exactly this name."""
        if self.secret is None:
            if given is not None:
                raise not_authorized(f"Unable to verify secret hash for client {self.id}")
            return
        if given is None:
            raise not_authorized(
                f"Client {self.id} is configured with secret but SECRET_HASH was not received"
            )
        right = base64.b64encode(hmac.digest(self.secret.encode(), (username + self.id).encode(), "sha256"))
        if not hmac.compare_digest(right, given.encode()):
            raise not_authorized(f"SecretHash does not match for the client: {self.id}")

    def check_secret(self, given: str | None) -> None:
        """The client secret itself, where an operation takes it as it is."""
        if self.secret is None and given is None:
            return
        if self.secret is None:
            raise not_authorized(f"Client {self.id} is not configured with a secret")
        if given is None or not hmac.compare_digest(self.secret.encode(), given.encode()):
            raise not_authorized(f"Invalid client secret for client {self.id}")


@dataclass
class Device:
    """A device of a user: given a key at sign-in, confirmed with a verifier afterwards."""

    key: str
    group_key: str
    name: str = ""
    verifier: Verifier | None = None
    remembered: bool = False

    @property
    def confirmed(self) -> bool:
        return self.verifier is not None


@dataclass
class User:
    """A user and where they stand."""

    pool: Pool
    name: str
    sign_in_name: str
    scenario: str
    password: str
    status: str = "CONFIRMED"
    enabled: bool = True
    attributes: dict[str, str] = field(default_factory=dict)
    mfa: tuple[str, ...] = ()
    must_set_up_mfa: bool = False
    totp_secret: str | None = None
    totp_step_used: int = -1
    required_attributes: tuple[str, ...] = ()
    prefixed_requirements: bool = True
    questions: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    unknown_challenge: bool = False
    devices: dict[str, Device] = field(default_factory=dict)
    reset_code: tuple[str, float] | None = None
    wrong_codes: int = 0
    _verifier: Verifier | None = None

    @property
    def sub(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.pool.id}/{self.sign_in_name}"))

    @property
    def verifier(self) -> Verifier:
        """Made when it is first asked for: most users of a run never sign in."""
        if self._verifier is None:
            digest = hashlib.sha256(f"salt {self.pool.id} {self.name} {self.password}".encode()).digest()
            salt = int.from_bytes(digest[:16], "big")
            self._verifier = Verifier.of_password(salt, self.pool.group, self.name, self.password)
        return self._verifier

    def set_password(self, password: str) -> None:
        self.password = password
        self._verifier = None

    def answers_to(self, name: str) -> bool:
        return name in {self.name, self.sign_in_name}


@dataclass
class Pool:
    """A user pool. ``devices`` is off, always or opt_in, in the words of its console."""

    name: str
    id: str
    alias: bool = False
    devices: str = "off"
    device_replaces_mfa: bool = True
    clients: dict[str, Client] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """What SRP calls the pool's name: the id without its region."""
        return self.id.split("_", 1)[1]

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"

    def find(self, name: str) -> User | None:
        return self.users.get(name) or next(
            (user for user in self.users.values() if user.answers_to(name)), None
        )
