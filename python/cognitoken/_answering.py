"""Answers to challenges, from a callable or from a person at the terminal or in a notebook.

No frame of this module keeps an answer in a local variable, so that none shows up in a traceback.
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

# The number of attempts of a person; the service counts too.
MOST_ATTEMPTS = 3


def answering(on_challenge: "Any") -> "Answering":
    """Convert the argument ``on_challenge``."""
    if isinstance(on_challenge, str) and on_challenge == "prompt":
        return Prompt()
    if callable(on_challenge):
        return Answering(on_challenge)
    raise TypeError('on_challenge has to be a callable or "prompt"')


class Answering:
    """Continues a sign-in until there are tokens."""

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
        """Sign in, and answer until there are tokens. Tasks show the name of this function."""
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
        """Make a call of a session. If it raises a challenge, answer it and repeat the call."""
        try:
            return await call()
        except ChallengeRequired as required:
            challenge = required.challenge
        await keep(await self.login_async(_settled(challenge)))
        return await call()

    def _forgives(self, _error: CognitoError) -> bool:
        """Return whether the same challenge is asked again after this error."""
        return False


class Prompt(Answering):
    """Asks the person at the terminal or in the notebook, if there is one."""

    def __init__(self) -> None:
        super().__init__(_prompt)
        self._attempts = 0

    def _forgives(self, error: CognitoError) -> bool:
        self._attempts += 1
        # A prompt without a person raises an error with a challenge, too.
        asked_in_vain = isinstance(error, ChallengeRequired)
        if asked_in_vain or error.challenge is None or self._attempts >= MOST_ATTEMPTS:
            return False
        print(printable(error.message), file=terminal())
        return True


async def _settled(given: "Any") -> "Any":
    """Await the result of a coroutine function; return any other value as it is."""
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
    """Return the address of a service. Without TLS, it can only be on this machine."""
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
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")


def at_terminal() -> bool:
    """Return whether a person can be asked on standard input."""
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # none at all, or closed
        return False


def terminal() -> "TextIO":
    """Return the stream for messages that are not results."""
    return sys.stderr


def printable(text: str) -> str:
    """Replace the characters of foreign text that would control the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
