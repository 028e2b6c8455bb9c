"""The place where a person reads what a call waits for: the terminal, or the output of a notebook's cell."""

import os
import sys

from ._answering import in_notebook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def place() -> "Notebook | bool":
    """Return the notebook, True for the terminal, or False where this thread shows nothing.

    Only the main thread shows anything, so that calls side by side do not write over each other's words.
    """
    if not _is_main_thread() or _is_worker_process():
        return False
    return Notebook() if in_notebook() else _stderr_is_terminal()


class Notebook:
    """The words in the output of the current cell."""

    def __init__(self) -> None:
        self._display_id = f"cognitoken-{os.urandom(8).hex()}"
        self._is_there = False

    def show(self, words: "str | None") -> None:
        """Show the words; None: show nothing any more.

        ``clear_output`` would take away what the cell itself has shown. A display without data has no form that could
        be drawn: neither a notebook that is open nor one that was saved shows it.
        """
        shell: Any = sys.modules["IPython"].get_ipython()
        data = {} if words is None else {"text/plain": words}
        transient = {"display_id": self._display_id}
        shell.display_pub.publish(data, transient=transient, update=self._is_there)
        self._is_there = True


def _is_main_thread() -> bool:
    # Where nothing has imported it, there is one thread.
    threading = sys.modules.get("threading")
    if threading is None:
        return True
    thread = threading.current_thread()
    return getattr(thread, "waits_for", thread) is threading.main_thread()


def _is_worker_process() -> bool:
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def _stderr_is_terminal() -> bool:
    try:
        # Not where standard error was replaced, as by a test or an editor.
        return sys.stderr.fileno() == 2 and sys.stderr.isatty()
    except (AttributeError, OSError, ValueError):  # none at all, not a real one, or closed
        return False
