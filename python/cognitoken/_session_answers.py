"""Calls of a session whose challenges are answered."""

from ._answering import Answering
from ._calls import Call, named
from ._cognitoken import call, coroutine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ._session import Session

# The calls whose result are the tokens of a new sign-in: made again, they would sign in or refresh once more.
GIVE_THE_NEW_TOKENS = ("session.refresh", "session.sign_in")


class Answers:
    """The answers to the challenges of one call of a session, or of a call that takes one."""

    def __init__(self, session: "Session", on_challenge: "Any", values: "dict[str, Any] | None" = None) -> None:
        self._session = session
        self._values = {"self": session} if values is None else values
        self._answering = Answering(on_challenge)
        self._typed: dict[str, str] = {}

    def wait(self, operation: str) -> "Any":
        """Make a call. If it ended in a challenge, keep the tokens and make the call again."""
        result = self._answering.lead(self._call(operation), self._with_value)
        if not self._answering.has_answered:
            return result
        self._session.keep(result)
        again: object = call(_again(operation), dict(self._values))
        return again

    def start(self, name: str, operation: str) -> "Coroutine[Any, Any, Any]":
        """Return a coroutine of this name that does the same."""
        return named(name, self._later(name, operation))

    async def _later(self, name: str, operation: str) -> "Any":
        result = await self._answering.lead_async(name, self._call(operation), self._with_value)
        if not self._answering.has_answered:
            return result
        await self._session.keep_async(result)
        return await coroutine("", _again(operation), dict(self._values))

    def _call(self, operation: str) -> Call:
        return Call(operation, dict(self._values))

    def _with_value(self, name: str, value: str) -> Call:
        self._typed[name] = value
        return Call("session.sign_in", {"self": self._session, **self._typed})


def _again(operation: str) -> str:
    return "session.tokens" if operation in GIVE_THE_NEW_TOKENS else operation
