"""InitiateAuth: the flows, and the first factors of USER_AUTH."""

from __future__ import annotations

import hmac
import json

from .errors import RefusalError, invalid_parameter, not_authorized
from .exchange import Exchange
from .fields import Body, required_text, texts
from .model import ALL_FLOWS, Client, User
from .scenarios import CREDENTIAL_ID
from .state import State
from .steps import Answer, Steps

_BY_PASSWORD = ("PASSWORD", "PASSWORD_SRP")


class FirstFactor:
    """Starts a sign-in."""

    def __init__(self, state: State, steps: Steps) -> None:
        self._state = state
        self._steps = steps

    def initiate(self, body: Body) -> Answer:
        client = self._state.client(body)
        flow = required_text(body, "AuthFlow")
        parameters = texts(body, "AuthParameters")
        if flow not in ALL_FLOWS:
            raise invalid_parameter(f"Value '{flow}' at 'authFlow' failed to satisfy constraint")
        if flow not in client.flows:
            raise invalid_parameter(f"{flow} flow not enabled for this client")
        if flow.startswith("REFRESH_TOKEN"):
            result = self._state.refresh_tokens.refresh_token_auth(client, parameters)
            return {"AuthenticationResult": result, "ChallengeParameters": {}}
        return self._start(flow, client, parameters)

    def _start(self, flow: str, client: Client, parameters: dict[str, str]) -> Answer:
        name = required_text(parameters, "USERNAME")
        # At this step the name is the one that was typed, an alias too.
        client.check_secret_hash(name, parameters.get("SECRET_HASH"))
        known = self._state.user(client, name)
        user = known or self._state.phantom(client, name)
        exchange = Exchange(client, user, name, flow, device_key=parameters.get("DEVICE_KEY"))
        if flow == "USER_PASSWORD_AUTH":
            return self.password(exchange, required_text(parameters, "PASSWORD"))
        if flow == "USER_SRP_AUTH":
            return self._steps.password_verifier(exchange, parameters.get("SRP_A"), genuine=known is not None)
        if flow == "CUSTOM_AUTH":
            return self._custom(exchange, parameters, genuine=known is not None)
        return self._choice(exchange, parameters)

    def password(self, exchange: Exchange, given: str) -> Answer:
        """A password in plain text."""
        user = exchange.user
        if self._is_phantom(user) or not hmac.compare_digest(given.encode(), user.password.encode()):
            # A wrong password is no wrong code: the session, where there was one, is gone.
            self._state.sessions.finish(exchange)
            raise not_authorized()
        check_status(user)
        exchange.done.add("PASSWORD")
        return self._steps.next(exchange)

    def take_up(self, exchange: Exchange, choice: str, given: dict[str, str]) -> Answer:
        """One of the first factors of USER_AUTH, with what came along for it."""
        if choice == "PASSWORD":
            if "PASSWORD" in given:
                return self.password(exchange, given["PASSWORD"])
            return self._steps.ask(exchange, "PASSWORD", {})
        if choice == "PASSWORD_SRP":
            if "SRP_A" in given:
                genuine = not self._is_phantom(exchange.user)
                return self._steps.password_verifier(exchange, given["SRP_A"], genuine=genuine)
            return self._steps.ask(exchange, "PASSWORD_SRP", {})
        if choice == "WEB_AUTHN":
            if "CREDENTIAL" in given:
                return self.web_authn(exchange, given["CREDENTIAL"])
            return self._steps.web_authn(exchange)
        return self._steps.code(exchange, choice)

    def web_authn(self, exchange: Exchange, credential: str) -> Answer:
        """The authenticator's JSON, of which the id and the type are looked at."""
        try:
            read = json.loads(credential)
            fits = read["id"] == CREDENTIAL_ID and read["type"] == "public-key"
        except (ValueError, LookupError, TypeError):
            raise invalid_parameter("CREDENTIAL is not an AuthenticationResponseJSON") from None
        if not fits:
            self._state.sessions.finish(exchange)
            raise not_authorized()
        check_status(exchange.user)
        exchange.done.add("WEB_AUTHN")
        return self._steps.next(exchange)

    def choices(self, user: User) -> tuple[str, ...]:
        return user.choices or _BY_PASSWORD

    def _custom(self, exchange: Exchange, parameters: dict[str, str], *, genuine: bool) -> Answer:
        starts_with = parameters.get("CHALLENGE_NAME")
        if starts_with == "SRP_A":
            return self._steps.password_verifier(exchange, parameters.get("SRP_A"), genuine=genuine)
        if starts_with is not None or "SRP_A" in parameters:
            raise invalid_parameter("CHALLENGE_NAME must be SRP_A, and SRP_A be given, or neither")
        if not exchange.user.questions:
            raise invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
        check_status(exchange.user)
        return self._steps.next(exchange)

    def _choice(self, exchange: Exchange, parameters: dict[str, str]) -> Answer:
        preferred = parameters.get("PREFERRED_CHALLENGE")
        choices = self.choices(exchange.user)
        if preferred in choices:
            return self.take_up(exchange, preferred, parameters)
        # What is not to be had is not an error: the service offers what is.
        asked = self._steps.ask(exchange, "SELECT_CHALLENGE", {})
        return {**asked, "AvailableChallenges": list(choices)}

    def _is_phantom(self, user: User) -> bool:
        return user.pool.users.get(user.name) is not user


def check_status(user: User) -> None:
    """Refuses those who proved who they are and still may not come in."""
    if not user.enabled:
        raise not_authorized("User is disabled.")
    if user.status == "UNCONFIRMED":
        raise RefusalError("UserNotConfirmedException", "User is not confirmed.")
    if user.status == "RESET_REQUIRED":
        raise RefusalError("PasswordResetRequiredException", "Password reset required for the user")
