"""Answers to challenges, from a callable or from a person at the terminal or in a notebook.

No frame of this module keeps an answer in a local variable, so that none shows up in a traceback.
"""

import inspect
import sys

from ._calls import Call, named
from ._challenge import Challenge
from ._cognitoken import conversation
from .exceptions import CognitoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any, TextIO


# The number of attempts to type the same new password twice.
MOST_ATTEMPTS = 3

_respond: "Callable[..., Call]" = Challenge.respond.__wrapped__  # type: ignore[attr-defined]


def check(on_challenge: "Any") -> None:
    """Check the argument ``on_challenge``."""
    if not (
        on_challenge is None or callable(on_challenge) or (isinstance(on_challenge, str) and on_challenge == "prompt")
    ):
        raise TypeError('on_challenge has to be a callable or "prompt"')


class Answering:
    """Leads the conversation about one sign-in until there are tokens."""

    def __init__(self, on_challenge: "Callable[[Challenge], Any] | str") -> None:
        check(on_challenge)
        asks_person = isinstance(on_challenge, str)
        self._ask: Callable[[Challenge], Any] = _prompt if isinstance(on_challenge, str) else on_challenge
        # Without a person, nobody mistypes, and nobody is asked for a password.
        self._conversation = conversation(asks_person and there_is_a_person())
        self.has_answered = False

    def lead(self, begin: Call, with_value: "Callable[[str, str], Call]") -> "Any":
        """Make the first call, again with each missing value that a person types, and answer until it is over."""
        step = self._next(_outcome(begin))
        while self._conversation.missing is not None:
            step = self._next(_outcome(_with_typed(self._conversation.missing, with_value)))
        while isinstance(step, Challenge):
            step = self._next(_outcome(_said(step, self._ask(step))))
        return step

    def lead_async(
        self, name: str, begin: Call, with_value: "Callable[[str, str], Call]"
    ) -> "Coroutine[Any, Any, Any]":
        """Return a coroutine of this name that does the same."""
        return named(name, self._lead_async(begin.start(), with_value))

    async def _lead_async(self, started: "Awaitable[Any]", with_value: "Callable[[str, str], Call]") -> "Any":
        step = self._next(await _outcome_async(started))
        while self._conversation.missing is not None:
            step = self._next(await _outcome_async(_with_typed(self._conversation.missing, with_value).start()))
        while isinstance(step, Challenge):
            step = self._next(await _outcome_async(_said(step, await _settled(self._ask(step))).start()))
        return step

    def _next(self, came: "Any") -> "Any":
        """Return what follows the result of a call or the exception that it raised."""
        try:
            following = self._conversation.after(came)
        finally:
            # An exception and a frame that holds it would keep each other.
            del came
        if self._conversation.missing is not None or isinstance(following, Challenge):
            self.has_answered = True
        if self._conversation.refused is not None:
            print(self._conversation.refused, file=terminal())
        return following


def _outcome(call: Call) -> "Any":
    """Make a call. Return its result, or its exception."""
    try:
        return call.wait()
    except CognitoError as error:
        return error


async def _outcome_async(started: "Awaitable[Any]") -> "Any":
    try:
        return await started
    except CognitoError as error:
        return error


async def _settled(given: "Any") -> "Any":
    """Await the result of a coroutine function; return any other value as it is."""
    return await given if inspect.isawaitable(given) else given


def _said(challenge: Challenge, given: "Any") -> Call:
    """Return the answer that ``on_challenge`` gave: a str, the keyword arguments of ``respond`` as a dict, or None."""
    try:
        if given is None:
            raise challenge._handle.unanswered() from None
        if isinstance(given, str):
            return _respond(challenge, given)
        if isinstance(given, dict):
            return _respond(challenge, **given)
        raise TypeError(
            f"on_challenge gave a value of type '{type(given).__name__}': it has to give a str, a dict of the keywords "
            "of Challenge.respond, or None"
        )
    finally:
        del given


def _with_typed(missing: "tuple[str, str, bool]", with_value: "Callable[[str, str], Call]") -> Call:
    """Return the call with the value that a person types; an empty one is missing still."""
    name, question, is_hidden = missing
    try:
        return with_value(name, (_hidden if is_hidden else shown)(question))
    except (EOFError, NotImplementedError):
        return with_value(name, "")


def _prompt(challenge: Challenge) -> "dict[str, Any] | None":
    """Ask a person, if there is one."""
    if not there_is_a_person():
        return None
    prompt, is_hidden, is_asked_twice, attributes, setup = challenge._handle.question()
    _show_setup(challenge, setup)
    ask = _hidden_twice if is_asked_twice else _hidden if is_hidden else shown
    try:
        return {
            "answer": ask(prompt),
            "attributes": {name: shown(question) for name, question in attributes},
        }
    except (EOFError, NotImplementedError):  # the second is a notebook's that is run without a person
        return None


def _show_setup(challenge: Challenge, setup: "list[str]") -> None:
    """Show how to set an authenticator app up, if that is asked for."""
    if not setup:
        return
    if in_notebook():
        from importlib import import_module

        import_module("IPython.display").display(challenge)
        return
    for line in setup:
        print(line, file=terminal())


def shown(question: str) -> str:
    """Ask for what anybody may see."""
    return input(f"{question}: ")


def _hidden(question: str) -> str:
    from getpass import getpass

    return getpass(f"{question}: ")


def _hidden_twice(question: str) -> str:
    """Ask for a new password twice, because nobody sees a mistake."""
    for _ in range(MOST_ATTEMPTS):
        typed = [_hidden(question), _hidden("The same once more")]
        try:
            if typed[0] == typed[1]:
                return typed[0]
        finally:
            del typed
        print("The two differ.", file=terminal())
    raise EOFError


def there_is_a_person() -> bool:
    """Return whether a person can be asked, at the terminal or in a notebook."""
    return in_notebook() or at_terminal()


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
