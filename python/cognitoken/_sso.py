"""Leads a person to the pool's page and back: opens the browser or shows the link, and takes a pasted address."""

import asyncio
import contextlib
import html
import inspect
import os
import select
import sys
import threading
from importlib import import_module

from ._answering import at_terminal, in_notebook, printable, terminal
from ._calls import named
from ._cognitoken import call, coroutine, register
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from typing import Any

    from ._tokens import Tokens

# How soon Ctrl-C, a pasted line and the end of the wait are noticed.
TICK_SECONDS = 0.05

PASTE = "Or paste here the address that the browser ended at: "
PASTE_IN_NOTEBOOK = "Paste the address that the browser ended at, or press Enter once it says that you are signed in: "


class SsoAttempt(Given):
    """A sign-in on the page that is in progress."""

    __slots__ = ()

    @property
    def link(self) -> str:
        """The link to the sign-in page."""
        return self._handle.field("link")

    def paste(self, address: str) -> str | None:
        """Accept the final address of the browser. Return the reason if it is not accepted, otherwise None."""
        return call("sso.paste", {"self": self, "address": address})

    def wait(self) -> "Tokens | None":
        """Wait for the tokens. None if it was closed before."""
        return call("sso.wait", {"self": self})

    def wait_async(self) -> "Coroutine[Any, Any, Tokens | None]":
        """Asyncio version of :meth:`wait`."""
        return coroutine("login_sso_async", "sso.wait", {"self": self})

    def open_browser(self) -> bool:
        """Open the link in a browser. Return whether one was found."""
        return call("sso.open_browser", {"self": self})

    def close(self) -> None:
        """End the wait, and close the port."""
        call("sso.close", {"self": self})


register(SsoAttempt)


class Guide:
    """The argument ``open_browser``, and what follows from it."""

    def __init__(self, open_browser: "Any") -> None:
        if not (isinstance(open_browser, bool) or callable(open_browser)):
            raise TypeError("open_browser has to be True, False or a callable")
        self._open_browser = open_browser
        # On a machine that the browser is not on, its loopback is another one, and this port may be anybody's.
        remote: bool = call("likely_remote", {})
        self._shows_link = open_browser is False or (open_browser is True and remote)
        self.person_can_paste = self._shows_link and (in_notebook() or _Lines.there_are())

    def lead(self, attempt: "SsoAttempt") -> "Tokens":
        """Wait for the person on another thread, so that this one can show, open and ask."""
        waiting = _Waiting(attempt)
        try:
            if not self._begin(attempt, self._open_browser):
                return waiting.end()
            if in_notebook():
                return waiting.end_beside_input()
            return waiting.end_beside(_Lines(attempt))
        finally:
            waiting.close()

    def lead_async(self, name: str, start: "Awaitable[SsoAttempt]") -> "Coroutine[Any, Any, Tokens]":
        """Return a coroutine of this name that does the same beside the event loop."""
        return named(name, self._lead_async(start))

    async def _lead_async(self, start: "Awaitable[SsoAttempt]") -> "Tokens":
        attempt = await start
        lines = None
        waiting = asyncio.ensure_future(attempt.wait_async())
        try:
            # The wait is under way before anything else is called that may itself come back to it.
            await asyncio.sleep(0)
            opened = None
            if callable(self._open_browser):
                opened = self._open_browser(attempt.link)
                if inspect.isawaitable(opened):
                    await opened
            elif self._begin(attempt, self._open_browser):
                lines = _Lines(attempt)
                lines.watch(asyncio.get_running_loop())
            return _there(await waiting)
        finally:
            if lines is not None:
                lines.leave()
            waiting.cancel()
            attempt.close()

    def _begin(self, attempt: "SsoAttempt", open_browser: "Any") -> bool:
        """Open the browser or show the link. True where an address may be pasted."""
        if callable(open_browser):
            open_browser(attempt.link)
            return False
        if not self._shows_link and attempt.open_browser():
            return False
        _show(attempt.link)
        return True


class _Deputy(threading.Thread):
    """A thread that waits in the place of the one that made it, and shows the words for the wait as that one does."""

    def __init__(self, **options: "Any") -> None:
        super().__init__(**options)
        self.waits_for = threading.current_thread()


class _Waiting:
    """The wait for the browser, on a thread of its own."""

    def __init__(self, attempt: "SsoAttempt") -> None:
        self._attempt = attempt
        self._tokens: Tokens | None = None
        self._failure: BaseException | None = None
        self._over = threading.Event()
        self._thread = _Deputy(target=self._wait, name="cognitoken-sso", daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        try:
            self._tokens = self._attempt.wait()
        except BaseException as failure:  # noqa: BLE001  # raised again on the thread that called
            self._failure = failure
        finally:
            self._over.set()

    def end(self) -> "Tokens":
        while not self._over.wait(TICK_SECONDS):
            pass
        return self._outcome()

    def end_beside(self, lines: "_Lines") -> "Tokens":
        """Take pasted addresses until the wait is over."""
        while not self._over.wait(TICK_SECONDS):
            lines.read()
        return self._outcome()

    def end_beside_input(self) -> "Tokens":
        """Ask for an address where asking holds up: the person says when to go on."""
        while not self._over.is_set():
            try:
                refusal = self._attempt.paste(input(PASTE_IN_NOTEBOOK))
            except (EOFError, NotImplementedError):  # nobody to paste: only the browser can end it
                break
            if refusal is None:
                break
            # An Enter may come while the code is being redeemed.
            if not self._over.wait(1.0):
                print(printable(refusal), file=terminal())
        return self.end()

    def close(self) -> None:
        self._attempt.close()
        self._thread.join()

    def _outcome(self) -> "Tokens":
        if self._failure is not None:
            raise self._failure
        return _there(self._tokens)


class _Lines:
    """Lines of standard input, read without waiting for one."""

    def __init__(self, attempt: "SsoAttempt") -> None:
        self._attempt = attempt
        self._begun = b""
        self._descriptor: int | None = None
        self._event_loop: asyncio.AbstractEventLoop | None = None
        if self.there_are():
            self._descriptor = sys.stdin.fileno()
            print(PASTE, end="", file=terminal(), flush=True)

    @staticmethod
    def there_are() -> bool:
        """Return whether standard input can be polled, and is not at its end for good."""
        try:
            select.select([sys.stdin], [], [], 0)
        except (TypeError, OSError, ValueError):  # none, not a real one, or a system that cannot look
            return False
        return at_terminal() or not os.path.samestat(os.fstat(sys.stdin.fileno()), os.stat(os.devnull))

    def read(self) -> None:
        """Take what is there."""
        if self._descriptor is not None and select.select([self._descriptor], [], [], 0)[0]:
            self._take()

    def watch(self, event_loop: asyncio.AbstractEventLoop) -> None:
        """Take what comes while an event loop runs."""
        # A file, or a loop that cannot watch: then only the browser ends the wait.
        with contextlib.suppress(OSError, NotImplementedError):
            if self._descriptor is not None:
                event_loop.add_reader(self._descriptor, self._take)
                self._event_loop = event_loop

    def leave(self) -> None:
        if self._event_loop is not None and self._descriptor is not None:
            self._event_loop.remove_reader(self._descriptor)
            self._event_loop = None

    def _take(self) -> None:
        if self._descriptor is None:
            return
        part = os.read(self._descriptor, 65536)
        *lines, self._begun = (self._begun + part).split(b"\n")
        if not part:
            lines.append(self._begun)
            self.leave()
            self._descriptor = None
        for line in lines:
            refusal = self._attempt.paste(line.decode(errors="replace")) if line.strip() else None
            if refusal is not None:
                print(printable(refusal), file=terminal())
                print(PASTE, end="", file=terminal(), flush=True)


def _show(link: str) -> None:
    if in_notebook():
        display = import_module("IPython.display")
        address = html.escape(link, quote=True)
        display.display(display.HTML(f'<a href="{address}" target="_blank" rel="noopener noreferrer">Sign in</a>'))
        return
    print(f"Sign in at this link:\n\n  {printable(link)}\n", file=terminal(), flush=True)


def _there(tokens: "Tokens | None") -> "Tokens":
    if tokens is None:
        raise RuntimeError("the sign-in was closed before it ended")
    return tokens
