"""Other interpreters in this process, and processes that have the same number as this one."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Start
from misbehaving_server import Answer, MisbehavingServer, tokens

Serve = Callable[[Answer], MisbehavingServer]

# What runs a text in a subinterpreter: Python 3.14 has a public module for it, older ones a private one.
IN_SUBINTERPRETER = """
    def in_subinterpreter(text):
        try:
            from concurrent import interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
            interpreter = interpreters.create()
            interpreters.run_string(interpreter, text)
            interpreters.destroy(interpreter)
        else:
            interpreter = interpreters.create()
            interpreter.exec(text)
            interpreter.close()

    ATTEMPT = "\\n".join([
        "try:",
        "    import cognitoken",
        "except ImportError as refusal:",
        "    print('refused', 'interpreter' in str(refusal), flush=True)",
        "else:",
        "    print('imported', flush=True)",
    ])

    def in_main():
        import asyncio, cognitoken
        print(len(cognitoken.login()), len(asyncio.run(cognitoken.login_async())), flush=True)
"""


def has_subinterpreters() -> bool:
    for name in ("concurrent.interpreters", "_xxsubinterpreters"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        return True
    return False


@pytest.mark.skipif(not has_subinterpreters(), reason="this Python starts no subinterpreters from Python code")
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("in_main(); in_subinterpreter(ATTEMPT); in_main()", "3 3\nrefused True\n3 3\n"),
        ("in_subinterpreter(ATTEMPT); in_subinterpreter(ATTEMPT); in_main()", "refused True\nrefused True\n3 3\n"),
    ],
    ids=["main-first", "subinterpreter-first"],
)
def test_a_subinterpreter_is_refused_and_the_main_one_goes_on(
    serve: Serve, start: Start, steps: str, expected: str
) -> None:
    process = start(textwrap.dedent(IN_SUBINTERPRETER) + steps, serve(lambda _request: tokens()))
    output, errors = process.communicate(timeout=60)
    assert (output, errors, process.returncode) == (expected, "", 0)


NAMESAKES = """
    import asyncio, ctypes, os, sys, warnings, cognitoken

    warnings.simplefilter("ignore")
    # Started as the first process of a namespace; the next child is the first one of another.
    assert os.getpid() == 1
    session = cognitoken.Session(store="memory")
    session.tokens()
    asyncio.run(cognitoken.login_async())  # its threads are the parent's alone
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000000) != 0:  # CLONE_NEWPID
        sys.exit(77)
    child = os.fork()
    if child == 0:
        print("the same number", os.getpid() == 1, flush=True)
        print(len(cognitoken.login()), len(asyncio.run(cognitoken.login_async())), flush=True)
        print(len(session.refresh()), flush=True)
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def namespace() -> list[str] | None:
    """What a command is started with to be the first process of a PID namespace, where the kernel lets us."""
    program = shutil.which("unshare")
    for user in ([], ["--user", "--map-root-user"]):
        options = [*user, "--pid", "--fork", "--kill-child"]
        if program is not None and subprocess.run([program, *options, "true"], capture_output=True).returncode == 0:
            return [program, *options]
    return None


@pytest.mark.skipif(sys.platform != "linux", reason="PID namespaces are Linux's")
def test_a_child_with_its_parent_s_number_is_another_process(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = namespace()
    if begin is None:
        pytest.skip("this kernel gives us no PID namespace")
    server = serve(lambda _request: tokens())
    for name, value in {"USER_NAME": "ada", "PASSWORD": "password", "CLIENT_ID": "client"}.items():
        monkeypatch.setenv(f"COGNITO_{name}", value)
    monkeypatch.setenv("COGNITO_ENDPOINT", server.endpoint)
    command: list[Any] = [*begin, sys.executable, "-c", textwrap.dedent(NAMESAKES)]
    ended = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    if ended.returncode == 77:
        pytest.skip("this kernel gives us no PID namespace inside another")
    assert (ended.stdout, ended.returncode) == ("the same number True\n3 3\n3\n0\n", 0), ended.stderr
