"""Sign-ins under way, and the sessions that stand for them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from enum import Enum

from .clock import Clock
from .errors import RefusalError, code_mismatch, invalid_parameter, not_authorized
from .model import Client, User

MOST_WRONG_ANSWERS = 5


@dataclass
class Exchange:
    """One sign-in, from its first request until tokens."""

    client: Client
    user: User
    said_name: str
    flow: str
    device_key: str | None = None
    # Whether a challenge has told the user's own name; from then on no other is right.
    name_was_told: bool = False
    # The session that the service gave with its last answer, where it gave one.
    session: str | None = None
    expects: str = ""
    done: set[str] = field(default_factory=set)
    chosen_mfa: str | None = None
    new_totp_secret: str | None = None
    questions_answered: int = 0
    wrong_answers: int = 0
    over: bool = False

    def check_name(self, responses: dict[str, str]) -> None:
        """USERNAME and SECRET_HASH of an answer, by the name that is right at this step."""
        given = responses.get("USERNAME")
        if given is None:
            raise invalid_parameter("Missing required parameter USERNAME")
        self.client.check_secret_hash(given, responses.get("SECRET_HASH"))
        right = {self.user.name} if self.name_was_told else {self.user.name, self.said_name}
        if given not in right:
            raise not_authorized("Invalid session for the user.")

    def wrong_answer(self) -> RefusalError:
        """Counts it; the exchange is over after too many."""
        self.wrong_answers += 1
        if self.wrong_answers >= MOST_WRONG_ANSWERS:
            self.over = True
            return not_authorized("Invalid session for the user, too many wrong answers.")
        return code_mismatch()


class SessionState(Enum):
    """What a session that came with a request is, as the journal tells it."""

    NONE = "none"
    LATEST = "latest"
    OLDER = "older"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass
class _Session:
    exchange: Exchange
    expires: float
    used: bool = False


class Sessions:
    """Hands sessions out and takes them back: each is good for one answer that is right."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    def give(self, exchange: Exchange) -> str:
        """A new session in place of all before it."""
        self.withdraw(exchange)
        token = base64.urlsafe_b64encode(secrets.token_bytes(120)).decode()
        self._sessions[token] = _Session(exchange, self._clock.now() + exchange.client.session_seconds)
        exchange.session = token
        return token

    def withdraw(self, exchange: Exchange) -> None:
        """The session of the round before is used up, whether or not another follows."""
        if exchange.session is not None:
            self._sessions[exchange.session].used = True
            exchange.session = None

    def state(self, token: str | None) -> SessionState:
        if not token:
            return SessionState.NONE
        session = self._sessions.get(token)
        if session is None:
            return SessionState.UNKNOWN
        if session.used:
            return SessionState.OLDER
        return SessionState.EXPIRED if session.expires <= self._clock.now() else SessionState.LATEST

    def whose(self, token: str) -> str | None:
        session = self._sessions.get(token)
        return session.exchange.user.name if session else None

    def find(self, token: str | None, client: Client, expects: str) -> Exchange:
        """The exchange that a session stands for, when it may go on with this challenge."""
        exchange = self._live(token)
        if exchange.client is not client or exchange.expects != expects:
            raise not_authorized("Invalid session for the user.")
        return exchange

    def find_for_setup(self, token: str) -> Exchange:
        """The exchange that asks for an authenticator app to be set up; these operations name no client."""
        exchange = self._live(token)
        if exchange.expects != "MFA_SETUP":
            raise not_authorized("Invalid session for the user.")
        return exchange

    def find_even_used(self, token: str, client: Client) -> Exchange | None:
        """The exchange that a session once stood for."""
        session = self._sessions.get(token)
        return session.exchange if session is not None and session.exchange.client is client else None

    def finish(self, exchange: Exchange) -> None:
        self.withdraw(exchange)
        exchange.over = True

    def expire(self, username: str | None = None) -> int:
        """Ends the time of all sessions, or of one user's; says how many."""
        ended = 0
        for session in self._sessions.values():
            if username is None or session.exchange.user.answers_to(username):
                session.expires = self._clock.now()
                ended += 1
        return ended

    def _live(self, token: str | None) -> Exchange:
        if not token:
            raise invalid_parameter("Missing required parameter Session")
        session = self._sessions.get(token)
        if session is None:
            raise not_authorized("Invalid session for the user.")
        if session.used or session.exchange.over:
            raise not_authorized("Invalid session for the user, session can only be used once.")
        if session.expires <= self._clock.now():
            raise not_authorized("Invalid session for the user, session is expired.")
        return session.exchange
