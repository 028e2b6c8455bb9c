"""AssociateSoftwareToken and VerifySoftwareToken: setting an authenticator app up."""

from __future__ import annotations

from .errors import RefusalError, invalid_parameter
from .fields import Body, required_text, text
from .state import State
from .steps import Answer
from .totp import matching_step, new_secret


class MfaSetup:
    """In a sign-in by its session, or for who is signed in by their access token."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._pending: dict[tuple[str, str], str] = {}

    def associate(self, body: Body) -> Answer:
        secret = new_secret()
        session = text(body, "Session")
        if session is None:
            user, _ = self._state.signed_in(body)
            self._pending[user.pool.id, user.name] = secret
            return {"SecretCode": secret}
        exchange = self._state.sessions.find_for_setup(session)
        exchange.new_totp_secret = secret
        exchange.done.discard("TOTP_VERIFIED")
        return {"SecretCode": secret, "Session": self._state.sessions.give(exchange)}

    def verify(self, body: Body) -> Answer:
        code = required_text(body, "UserCode")
        session = text(body, "Session")
        if session is None:
            user, _ = self._state.signed_in(body)
            secret = self._pending.get((user.pool.id, user.name))
            self._check(secret, code)
            user.totp_secret = secret
            user.mfa = ("SOFTWARE_TOKEN_MFA",)
            return {"Status": "SUCCESS"}
        exchange = self._state.sessions.find_for_setup(session)
        self._check(exchange.new_totp_secret, code)
        exchange.done.add("TOTP_VERIFIED")
        return {"Status": "SUCCESS", "Session": self._state.sessions.give(exchange)}

    def _check(self, secret: str | None, code: str) -> None:
        """A wrong code leaves the session as it is."""
        if secret is None:
            raise invalid_parameter("No software token was associated before")
        if matching_step(secret, code, self._state.clock.now()) is None:
            message = "Code mismatch and fail enable Software Token MFA"
            raise RefusalError("EnableSoftwareTokenMFAException", message)
