"""A request that the service refuses."""

from __future__ import annotations


class RefusalError(Exception):
    """What the service says instead of an answer: its name for the fault, and a sentence."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def not_authorized(message: str = "Incorrect username or password.") -> RefusalError:
    return RefusalError("NotAuthorizedException", message)


def invalid_parameter(message: str) -> RefusalError:
    return RefusalError("InvalidParameterException", message)


def code_mismatch() -> RefusalError:
    return RefusalError("CodeMismatchException", "Invalid code or auth state for the user.")
