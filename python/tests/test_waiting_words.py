"""The words for what a call waits for: after a second, at a terminal or in a notebook only, and gone when over."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pyte
import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, response, tokens
from nbclient import NotebookClient
from terminal import Terminal

Serve = Callable[[Answer], MisbehavingServer]

COLUMNS = 80


class Slow:
    """An answer that comes once the test says so."""

    def __init__(self) -> None:
        self._said = threading.Event()

    def __call__(self, _request: Request) -> bytes:
        self._said.wait(60)
        return tokens()

    def say(self) -> None:
        self._said.set()


def environment(server: MisbehavingServer) -> dict[str, str]:
    return {
        "COGNITO_USER_NAME": "ada",
        "COGNITO_PASSWORD": "password",
        "COGNITO_CLIENT_ID": "client",
        "COGNITO_ENDPOINT": server.endpoint,
        "TERM": "xterm",
        "PYTHONWARNINGS": "ignore",
    }


def host(server: MisbehavingServer) -> str:
    return server.endpoint.removeprefix("http://")


def screen(shown: str) -> list[str]:
    """The lines that a terminal shows at the end."""
    terminal = pyte.Screen(COLUMNS, 200)
    pyte.Stream(terminal).feed(shown.replace("\n", "\r\n"))
    return "\n".join(line.rstrip() for line in terminal.display).rstrip("\n").split("\n")


LATE = "import cognitoken\ntry: cognitoken.login(timeout=1.5)\nexcept cognitoken.RequestTimeout: print('late')"

SIGN_IN = """
import cognitoken
print("signed in", len(cognitoken.login()))
"""


def test_at_a_terminal_only_the_result_stays(serve: Serve) -> None:
    answer = Slow()
    server = serve(answer)
    with Terminal(SIGN_IN, environment(server)) as terminal:
        terminal.expect(f"waiting for {host(server)}")
        assert screen(terminal.shown) == [f"waiting for {host(server)}"]
        answer.say()
        assert terminal.end() == 0
        assert screen(terminal.shown) == ["signed in 3"]


def test_ctrl_c_takes_the_words_away(serve: Serve) -> None:
    server = serve(Slow())
    with Terminal(SIGN_IN, environment(server)) as terminal:
        terminal.expect("waiting for")
        terminal.press(b"\x03")
        terminal.expect("KeyboardInterrupt")
        terminal.end()
        lines = screen(terminal.shown)
        assert lines[0].startswith("Traceback"), lines
        assert not any("waiting for" in line for line in lines), lines


def test_an_error_takes_the_words_away(serve: Serve) -> None:
    server = serve(Slow())
    with Terminal(LATE, environment(server)) as terminal:
        assert terminal.end() == 0
        assert f"waiting for {host(server)}" in terminal.shown
        assert screen(terminal.shown) == ["late"]


def test_lines_of_the_log_stand_alone(serve: Serve) -> None:
    busy = response(503, {}, Retry_After="3")
    answers: Iterator[Callable[[Request], bytes]] = iter([lambda _request: busy, slow := Slow()])
    server = serve(lambda request: next(answers)(request))
    program = "import logging\nlogging.basicConfig(level=logging.DEBUG, format='log: %(message).60s')\n" + SIGN_IN
    with Terminal(program, environment(server)) as terminal:
        terminal.expect(f" s before the next attempt: {host(server)} answered with")
        terminal.expect(f"waiting for {host(server)}")
        slow.say()
        assert terminal.end() == 0
        lines = screen(terminal.shown)
        assert any("retrying request" in line for line in lines)
        assert all(line.startswith("log: ") or line == "signed in 3" for line in lines), lines


IN_A_THREAD = """
import cognitoken, threading
def sign_in():
    try:
        cognitoken.login(timeout=1.3)
    except cognitoken.RequestTimeout:
        print("late")
thread = threading.Thread(target=sign_in)
thread.start()
thread.join()
"""

ASYNC = """
import asyncio, cognitoken
try:
    asyncio.run(cognitoken.login_async(timeout=1.3))
except cognitoken.RequestTimeout:
    print("late")
"""

IN_A_WORKER = """
import cognitoken, multiprocessing
def sign_in():
    try:
        cognitoken.login(timeout=1.3)
    except cognitoken.RequestTimeout:
        print("late", flush=True)
worker = multiprocessing.get_context("fork").Process(target=sign_in)
worker.start()
worker.join()
"""

REPLACED = """
import cognitoken, io, sys
sys.stderr = io.TextIOWrapper(io.FileIO(1, closefd=False), write_through=True)
try:
    cognitoken.login(timeout=1.3)
except cognitoken.RequestTimeout:
    print("late")
"""


@pytest.mark.parametrize("program", [IN_A_THREAD, ASYNC, IN_A_WORKER, REPLACED])
def test_nothing_is_shown_by_what_is_not_the_main_thread_at_its_terminal(serve: Serve, program: str) -> None:
    with Terminal(program, environment(serve(Slow()))) as terminal:
        assert terminal.end() == 0
        assert terminal.shown == "late\n"


def test_a_terminal_that_cannot_go_back_shows_nothing(serve: Serve) -> None:
    with Terminal(LATE, {**environment(serve(Slow())), "TERM": "dumb"}) as terminal:
        assert terminal.end() == 0
        assert terminal.shown == "late\n"


@pytest.mark.parametrize("stderr", [subprocess.PIPE, None], ids=["piped", "closed"])
def test_a_script_whose_standard_error_is_no_terminal_shows_nothing(serve: Serve, stderr: int | None) -> None:
    closed = "import os, sys; os.close(2); sys.stderr = None\n" if stderr is None else ""
    ran = subprocess.run(
        [sys.executable, "-c", closed + LATE],
        env={**os.environ, **environment(serve(Slow()))},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        timeout=60,
        check=True,
    )
    assert (ran.stdout, ran.stderr or "") == ("late\n", "")


def test_a_call_that_waits_imports_no_notebook(serve: Serve) -> None:
    program = """
        import cognitoken, sys
        try:
            cognitoken.login(timeout=1.3)
        except cognitoken.RequestTimeout:
            print(sorted(name for name in sys.modules if "IPython" in name))
    """
    with Terminal(program, environment(serve(Slow()))) as terminal:
        assert terminal.end() == 0
        assert screen(terminal.shown) == ["[]"]


class Kernel(NotebookClient):
    """Executes a notebook, and has the service answer once the words are in it."""

    said: Any
    seen: list[str]

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        processed = super().process_message(msg, cell, cell_index)
        text = msg["content"].get("data", {}).get("text/plain", "")
        if "waiting" in text:
            self.seen.append(text)
            self.said()
        return processed


def test_a_notebook_shows_the_words_and_keeps_none(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Slow()
    server = serve(answer)
    for name, value in environment(server).items():
        monkeypatch.setenv(name, value)
    cell = "print('before')\nimport cognitoken\ntokens = cognitoken.login()\nprint('after')\nlen(tokens)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    client = Kernel(notebook, timeout=60)
    client.said, client.seen = answer.say, []
    client.execute()
    assert client.seen[0] == f"waiting for {host(server)}"
    saved = nbformat.writes(notebook)
    assert "waiting" not in saved
    nbformat.validate(notebook)
    outputs = notebook.cells[0].outputs
    empty = [output for output in outputs if output.output_type == "display_data"]
    assert [dict(output.data) for output in empty] == [{}], "nothing that could be drawn"
    shown = [output.get("text") or output.data["text/plain"] for output in outputs if output not in empty]
    assert shown == ["before\n", "after\n", "3"]
