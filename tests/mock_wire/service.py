"""The operations by their names."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .account import Account
from .answers import Answers
from .clock import Clock
from .devices import Devices
from .errors import RefusalError
from .fields import Body
from .first_factor import FirstFactor
from .mfa_setup import MfaSetup
from .state import State
from .steps import Answer, Steps
from .tokens import TokenSigner


class Service:
    """One request at a time, so that what a test sees does not depend on the order of threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.signer = TokenSigner()
        self.reset()

    def reset(self) -> None:
        """Everything as at first, but for the signing keys: a key set that somebody keeps stays right."""
        with self.lock:
            self.clock.offset = 0.0
            self.state = State(self.clock, self.signer)
            steps = Steps(self.state)
            first_factor = FirstFactor(self.state, steps)
            answers = Answers(self.state, steps, first_factor)
            account, devices, mfa_setup = (Account(self.state), Devices(self.state), MfaSetup(self.state))
            self._operations: dict[str, Callable[[Body], Answer | None]] = {
                "InitiateAuth": first_factor.initiate,
                "RespondToAuthChallenge": answers.respond,
                "GetTokensFromRefreshToken": account.get_tokens_from_refresh_token,
                "AssociateSoftwareToken": mfa_setup.associate,
                "VerifySoftwareToken": mfa_setup.verify,
                "ConfirmDevice": devices.confirm,
                "UpdateDeviceStatus": devices.update_status,
                "ForgetDevice": devices.forget,
                "ListDevices": devices.list,
                "ForgotPassword": account.forgot_password,
                "ConfirmForgotPassword": account.confirm_forgot_password,
                "ResendConfirmationCode": account.resend_confirmation_code,
                "ConfirmSignUp": account.confirm_sign_up,
                "ChangePassword": account.change_password,
                "GlobalSignOut": account.global_sign_out,
                "RevokeToken": account.revoke_token,
                "GetUser": account.get_user,
            }

    def call(self, operation: str, body: Body) -> Answer | None:
        """The answer; ``None`` where it has no body."""
        with self.lock:
            handler = self._operations.get(operation)
            if handler is None:
                raise RefusalError("UnknownOperationException", "")
            return handler(body)
