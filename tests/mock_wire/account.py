"""What a user does to their account beside signing in."""

from __future__ import annotations

import hmac

from .errors import RefusalError, code_mismatch, invalid_parameter, not_authorized
from .fields import Body, required_text, text
from .model import Client, User
from .scenarios import CODES
from .state import State
from .steps import Answer, masked

RESET_CODE_SECONDS = 3600
MOST_WRONG_CODES = 5


class Account:
    """Passwords, confirmation, signing out."""

    def __init__(self, state: State) -> None:
        self._state = state

    def forgot_password(self, body: Body) -> Answer:
        _, user = self._named(body)
        if user is None:
            # Nobody is told who exists: this looks as if a code had been sent.
            return _delivery("unknown@example.org")
        user.reset_code = (CODES["CONFIRMATION"], self._state.clock.now() + RESET_CODE_SECONDS)
        return _delivery(user.attributes["email"])

    def confirm_forgot_password(self, body: Body) -> Answer:
        _, user = self._named(body)
        code = required_text(body, "ConfirmationCode")
        password = required_text(body, "Password")
        if user is None:
            raise code_mismatch()
        if user.reset_code is None or user.reset_code[1] <= self._state.clock.now():
            raise RefusalError("ExpiredCodeException", "Invalid code provided, please request a code again.")
        self._check_code(user, code, user.reset_code[0])
        check_password_policy(password)
        user.set_password(password)
        user.reset_code = None
        if user.status == "RESET_REQUIRED":
            user.status = "CONFIRMED"
        return {}

    def resend_confirmation_code(self, body: Body) -> Answer:
        _, user = self._named(body)
        if user is None:
            return _delivery("unknown@example.org")
        if user.status != "UNCONFIRMED":
            raise invalid_parameter("User is already confirmed.")
        return _delivery(user.attributes["email"])

    def confirm_sign_up(self, body: Body) -> Answer:
        _, user = self._named(body)
        code = required_text(body, "ConfirmationCode")
        if user is None:
            raise code_mismatch()
        if user.status != "UNCONFIRMED":
            raise not_authorized("User cannot be confirmed. Current status is CONFIRMED")
        self._check_code(user, code, CODES["CONFIRMATION"])
        user.status = "CONFIRMED"
        return {}

    def change_password(self, body: Body) -> Answer:
        user, _ = self._state.signed_in(body)
        previous = required_text(body, "PreviousPassword")
        proposed = required_text(body, "ProposedPassword")
        if not hmac.compare_digest(previous.encode(), user.password.encode()):
            raise not_authorized()
        check_password_policy(proposed)
        user.set_password(proposed)
        return {}

    def global_sign_out(self, body: Body) -> Answer:
        user, _ = self._state.signed_in(body)
        self._state.refresh_tokens.revoke_all(user)
        return {}

    def revoke_token(self, body: Body) -> None:
        client = self._state.client(body)
        self._state.refresh_tokens.revoke(client, required_text(body, "Token"), text(body, "ClientSecret"))

    def get_tokens_from_refresh_token(self, body: Body) -> Answer:
        result = self._state.refresh_tokens.get_tokens(
            self._state.client(body),
            required_text(body, "RefreshToken"),
            text(body, "ClientSecret"),
            text(body, "DeviceKey"),
        )
        return {"AuthenticationResult": result, "ChallengeParameters": {}}

    def get_user(self, body: Body) -> Answer:
        user, _ = self._state.signed_in(body)
        attributes = {"sub": user.sub, **user.attributes}
        return {
            "Username": user.name,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
            "UserMFASettingList": list(user.mfa),
        }

    def _named(self, body: Body) -> tuple[Client, User | None]:
        """The user by the name that was typed, and SecretHash over that very name."""
        client = self._state.client(body)
        name = required_text(body, "Username")
        client.check_secret_hash(name, text(body, "SecretHash"))
        return client, self._state.user(client, name)

    def _check_code(self, user: User, given: str, right: str) -> None:
        if user.wrong_codes >= MOST_WRONG_CODES:
            raise RefusalError(
                "LimitExceededException", "Attempt limit exceeded, please try after some time."
            )
        if not hmac.compare_digest(given.encode(), right.encode()):
            user.wrong_codes += 1
            raise RefusalError(
                "CodeMismatchException", "Invalid verification code provided, please try again."
            )
        user.wrong_codes = 0


def check_password_policy(password: str) -> None:
    """Cognito's own: 8 characters, of them an upper and a lower case letter, a digit and a sign."""
    wanted = {
        "Password not long enough": len(password) >= 8,
        "Password must have uppercase characters": any(c.isupper() for c in password),
        "Password must have lowercase characters": any(c.islower() for c in password),
        "Password must have numeric characters": any(c.isdigit() for c in password),
        "Password must have symbol characters": any(not c.isalnum() for c in password),
    }
    for complaint, met in wanted.items():
        if not met:
            raise RefusalError(
                "InvalidPasswordException", f"Password did not conform with policy: {complaint}"
            )


def _delivery(email: str) -> Answer:
    details = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": masked(email)}
    return {"CodeDeliveryDetails": details}
