"""The end of a program while threads of its own wait for a call: it ends as if they were not there."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import pytest
from conftest import Start
from domain import free_port
from misbehaving_server import Answer, MisbehavingServer, Request, response, tokens

Serve = Callable[[Answer], MisbehavingServer]

# A daemon thread that is killed at a bad moment aborts the process in one of a few runs.
RUNS = 20


def silence(_request: Request) -> None:
    """The request came, and that is all."""


def ask(request: Request) -> bytes | None:
    """A challenge; its answer is never answered."""
    if request.operation == "RespondToAuthChallenge":
        return None
    return response(
        200, {"ChallengeName": "SMS_MFA", "Session": "session", "ChallengeParameters": {"USER_ID_FOR_SRP": "ada"}}
    )


def outcomes(start: Start, program: str, server: MisbehavingServer | None = None, requests: int = 0) -> set[object]:
    """The exit codes and what was said on stderr, of all the runs. Each ends once the server has had the requests."""

    def run(_run: int) -> tuple[int, str]:
        process = start(program, server)
        for _ in range(requests):
            assert server is not None
            assert server.received.acquire(timeout=60)
        _, errors = process.communicate("\n", timeout=120)
        return process.returncode, errors

    return set(map(run, range(RUNS)))


CALLABLE = "on_challenge=lambda challenge: '123456'"


@pytest.mark.parametrize(
    ("call", "answer", "requests"),
    [
        ("cognitoken.login()", silence, 1),
        ("cognitoken.refresh('token')", silence, 1),
        ("cognitoken.Session(store='memory').tokens()", silence, 1),
        (f"cognitoken.login({CALLABLE})", ask, 2),
        (f"cognitoken.Session(store='memory', {CALLABLE}).tokens()", ask, 2),
        (f"asyncio.run(cognitoken.login_async({CALLABLE}))", ask, 2),
    ],
    ids=["login", "refresh", "session", "login-asked", "session-asked", "login_async-asked"],
)
def test_daemon_threads_that_wait_for_a_service(
    serve: Serve, start: Start, call: str, answer: Answer, requests: int
) -> None:
    program = f"""
        import asyncio, sys, threading, cognitoken

        sys.setswitchinterval(1e-5)  # the more often threads take turns, the more often one is on its way at the end
        for _ in range(4):
            threading.Thread(target=lambda: {call}, daemon=True).start()
        input()
    """
    assert outcomes(start, program, serve(answer), 4 * requests) == {(0, "")}


def test_daemon_threads_that_ask_a_callable(serve: Serve, start: Start) -> None:
    """It waits, in Python, while the program ends."""
    call = "cognitoken.login(on_challenge=ask)"
    program = """
        import sys, threading, time, cognitoken

        sys.setswitchinterval(1e-5)
        asked = threading.Semaphore(0)

        def ask(challenge):
            asked.release()
            while True:
                time.sleep(0.0001)

        for _ in range(4):
            threading.Thread(target=lambda: CALL, daemon=True).start()
        for _ in range(4):
            asked.acquire()
    """
    server = serve(ask)
    for each in (call, "cognitoken.Session(store='memory', on_challenge=ask).tokens()"):
        assert outcomes(start, program.replace("CALL", each), server) == {(0, "")}


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_daemon_threads_in_login_sso(start: Start, twin: bool) -> None:
    port = free_port()
    page = f"'client', 'https://auth.example.com', redirect_uri='http://localhost:{port}/'"
    call = f"cognitoken.login_sso({page}, open_browser=lambda link: opened.set())"
    if twin:
        call = f"asyncio.run({call.replace('login_sso', 'login_sso_async', 1)})"
    program = f"""
        import asyncio, sys, threading, cognitoken

        sys.setswitchinterval(1e-5)
        opened = threading.Event()
        threading.Thread(target=lambda: {call}, daemon=True).start()
        opened.wait()
    """
    assert outcomes(start, program) == {(0, "")}


def test_results_that_arrive_at_the_end(serve: Serve, start: Start) -> None:
    program = """
        import sys, threading, cognitoken

        sys.setswitchinterval(1e-5)
        started = threading.Semaphore(0)

        def go_on():
            session = cognitoken.Session(store="memory")
            while True:
                cognitoken.login()
                session.refresh()
                started.release()

        for _ in range(4):
            threading.Thread(target=go_on, daemon=True).start()
        for _ in range(8):
            started.acquire()
    """
    assert outcomes(start, program, serve(lambda _request: tokens())) == {(0, "")}


def test_a_thread_that_is_no_daemon_is_waited_for(serve: Serve, start: Start) -> None:
    server = serve(lambda _request: tokens())
    process = start(
        """
        import threading, cognitoken

        def sign_in():
            threading.main_thread().join()
            print(len(cognitoken.login()), flush=True)

        threading.Thread(target=sign_in).start()
        """,
        server,
    )
    output, errors = process.communicate(timeout=60)
    assert (output, errors, process.returncode) == ("3\n", "", 0)


def test_what_runs_at_exit_may_call(serve: Serve, start: Start) -> None:
    """Whether it was registered before the package was imported or after."""
    server = serve(lambda _request: tokens())
    process = start(
        """
        import atexit

        def sign_in(when):
            print(when, len(cognitoken.login()), flush=True)

        atexit.register(sign_in, "registered before")
        import cognitoken
        atexit.register(sign_in, "registered after")
        """,
        server,
    )
    output, errors = process.communicate(timeout=60)
    assert (output, errors, process.returncode) == ("registered after 3\nregistered before 3\n", "", 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_ends_too(serve: Serve, start: Start) -> None:
    """Its parent's threads, some of them on their way, are not there to be waited for."""
    server = serve(lambda _request: tokens())
    process = start(
        """
        import os, sys, threading, warnings, cognitoken

        warnings.simplefilter("ignore")
        sys.setswitchinterval(1e-5)

        def go_on():
            while True:
                cognitoken.login()

        for _ in range(4):
            threading.Thread(target=go_on, daemon=True).start()
        for _ in range(20):
            child = os.fork()
            if child == 0:
                cognitoken.login()
                sys.exit(7)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        """,
        server,
    )
    output, errors = process.communicate(timeout=120)
    assert (output, errors, process.returncode) == ("7\n" * 20, "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to one process")
def test_ctrl_c_ends_a_program_whose_threads_wait(serve: Serve, start: Start) -> None:
    server = serve(silence)
    process = start(
        """
        import threading, cognitoken
        threading.Thread(target=cognitoken.login, daemon=True).start()
        cognitoken.login()
        """,
        server,
    )
    for _ in range(2):
        assert server.received.acquire(timeout=60)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert process.returncode == -signal.SIGINT
