"""Who answers what the service asks: a callable, or the person at the terminal or in the notebook.

No frame here holds an answer in a variable, so that none shows up in a traceback.
"""

import inspect
import sys

from ._cognitoken import Challenge
from .exceptions import ChallengeRequired, CognitoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, TextIO

    from ._cognitoken import Tokens

# How often a person may mistype; the service counts too.
MOST_ATTEMPTS = 3


def answering(on_challenge: "Any") -> "Answering":
    """Take in the argument ``on_challenge``."""
    if isinstance(on_challenge, str) and on_challenge == "prompt":
        return Prompt()
    if callable(on_challenge):
        return Answering(on_challenge)
    raise TypeError('on_challenge has to be a callable or "prompt"')


class Answering:
    """Goes on with a sign-in until there are tokens."""

    def __init__(self, ask: "Callable[[Challenge], Any]") -> None:
        self._ask = ask

    def go_on(self, step: "Tokens | Challenge") -> "Tokens":
        """Answer until there are tokens."""
        while isinstance(step, Challenge):
            try:
                step = step._give(self._ask(step))
            except CognitoError as error:
                if not self._forgives(error):
                    raise
        return step

    async def login_async(self, start: "Awaitable[Tokens | Challenge]") -> "Tokens":
        """Sign in, and answer until there are tokens. It has the name that a task is to show."""
        step = await start
        while isinstance(step, Challenge):
            try:
                step = await step._give_async(await _settled(self._ask(step)))
            except CognitoError as error:
                if not self._forgives(error):
                    raise
        return step

    async def call_async(
        self, call: "Callable[[], Awaitable[Any]]", keep: "Callable[[Tokens], Awaitable[None]]"
    ) -> "Any":
        """Make a call of a session's; where it needs an answer, sign in so, and make it again."""
        try:
            return await call()
        except ChallengeRequired as required:
            challenge = required.challenge
        await keep(await self.login_async(_settled(challenge)))
        return await call()

    def _forgives(self, _error: CognitoError) -> bool:
        """Whether the same challenge is asked again after this error."""
        return False


class Prompt(Answering):
    """Asks the person in front, where there is one."""

    def __init__(self) -> None:
        super().__init__(_prompt)
        self._attempts = 0

    def _forgives(self, error: CognitoError) -> bool:
        self._attempts += 1
        # What a prompt without a person raises has a challenge too.
        asked_in_vain = isinstance(error, ChallengeRequired)
        if asked_in_vain or error.challenge is None or self._attempts >= MOST_ATTEMPTS:
            return False
        print(printable(error.message), file=terminal())
        return True


async def _settled(given: "Any") -> "Any":
    """Wait for what a coroutine function gives."""
    return await given if inspect.isawaitable(given) else given


def _prompt(challenge: Challenge) -> "dict[str, Any]":
    if not (in_notebook() or at_terminal()):
        raise challenge._required()
    from getpass import getpass

    _show_setup(challenge)
    asks = f"{_address(challenge.host)} asks (its words)"
    try:
        return {
            "answer": getpass(f"{asks}: {printable(challenge.question)}: "),
            "attributes": {name: input(f"{asks}: {printable(name)}: ") for name in challenge.required_attributes},
        }
    except (EOFError, NotImplementedError):  # the second is a notebook's that is run without a person
        raise challenge._required() from None


def _address(host: str) -> str:
    """Name a service. Without TLS it can only be one of this machine."""
    here = host.startswith(("127.", "localhost", "[::1]"))
    return printable(host if here else f"https://{host}")


def _show_setup(challenge: Challenge) -> None:
    if challenge.totp_uri is None:
        return
    if in_notebook():
        from importlib import import_module

        import_module("IPython.display").display(challenge)
        return
    print(challenge._qr_text(), file=terminal())
    print("Scan the code with an authenticator app, or type this secret into it:", file=terminal())
    print(f"  {printable(challenge.totp_secret or '')}", file=terminal())


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")


def at_terminal() -> bool:
    """Whether a person can be asked on standard input."""
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # none at all, or closed
        return False


def terminal() -> "TextIO":
    """Where people are told something that is no result."""
    return sys.stderr


def printable(text: str) -> str:
    """Words from elsewhere, without what would steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
