"""What goes on while a call waits: other threads, Ctrl-C, children made by fork, the end of the program."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Start
from local_cognito import Fixtures
from misbehaving_server import Answer, MisbehavingServer, Request, tokens

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]


def silence(_request: Request) -> None:
    """The request came, and that is all."""


def login(server: MisbehavingServer, timeout: float = 30.0) -> cognitoken.Tokens:
    return cognitoken.login("ada", "password", "client", endpoint=server.endpoint, timeout=timeout)


def test_other_threads_run_while_a_call_waits(serve: Serve) -> None:
    # The server, a thread of this very process, can only answer while the waiting thread leaves the interpreter.
    assert len(login(serve(lambda _request: tokens()))) == 3


def test_threads_sign_in_side_by_side(serve: Serve) -> None:
    all_are_there = threading.Barrier(8)

    def once_all_are_there(_request: Request) -> bytes:
        all_are_there.wait(60)
        return tokens()

    server = serve(once_all_are_there)
    with ThreadPoolExecutor(8) as pool:
        signed_in = list(pool.map(lambda _: login(server), range(8)))
    assert len(signed_in) == 8


def test_the_connection_is_kept_and_used_again(serve: Serve, start: Start) -> None:
    # In a program of its own: where asyncio has been used, its thread looks after the connections in its own time, and
    # a call may come before it has put the last one back.
    server = serve(lambda _request: tokens())
    process = start(
        """
        import cognitoken
        for _ in range(10):
            cognitoken.login()
        """,
        server,
    )
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, server.connections) == (0, 1), errors


def test_a_connection_that_the_service_closed_is_not_used_again(serve: Serve) -> None:
    def then_close(_request: Request) -> bytes:
        return tokens().replace(b"\r\n\r\n", b"\r\nX-Test-Then: close\r\n\r\n", 1)

    used_a_new_one = 0
    for _ in range(100):
        server = serve(then_close)
        login(server)
        assert server.left.acquire(timeout=60)
        try:
            # Too short a limit for a second try: whoever takes the closed connection loses it.
            login(server, timeout=0.1)
        except cognitoken.RequestTimeout:
            continue  # a busy machine; says nothing
        used_a_new_one += 1
        if used_a_new_one == 20:
            return
    pytest.fail("this machine is too busy to tell")


def test_the_time_limit_holds(serve: Serve) -> None:
    server = serve(silence)
    with pytest.raises(cognitoken.RequestTimeout) as caught:
        login(server, timeout=0.2)
    assert isinstance(caught.value, cognitoken.NetworkError)
    assert caught.value.retryable
    assert server.left.acquire(timeout=60), "the connection is closed"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to one process")
@pytest.mark.parametrize(
    "call", ["login()", "refresh('token')", "login(flow='srp', user_pool_id='us-east-1_AbCdEfGhI')"]
)
def test_ctrl_c_ends_a_call(serve: Serve, start: Start, call: str) -> None:
    server = serve(silence)
    process = start(
        f"""
        import cognitoken
        try:
            cognitoken.{call}
        except KeyboardInterrupt:
            print("interrupted")
            input()  # alive until the test has seen the connection go
        """,
        server,
    )
    assert server.received.acquire(timeout=60)
    process.send_signal(signal.SIGINT)
    assert server.left.acquire(timeout=60), "the request has ended"
    output, errors = process.communicate("\n", timeout=60)
    assert output == "interrupted\n", errors
    assert len(server.requests) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGUSR1")
def test_a_signal_handler_may_sign_in_itself(serve: Serve, start: Start) -> None:
    def first_one_waits(request: Request) -> bytes | None:
        return None if request.body["AuthParameters"]["USERNAME"] == "ada" else tokens()

    server = serve(first_one_waits)
    process = start(
        """
        import signal, cognitoken

        def handler(number, frame):
            print(len(cognitoken.login("another")), flush=True)
            raise SystemExit(7)

        signal.signal(signal.SIGUSR1, handler)
        cognitoken.login()
        """,
        server,
    )
    assert server.received.acquire(timeout=60)
    process.send_signal(signal.SIGUSR1)
    output, errors = process.communicate(timeout=60)
    assert (output, process.returncode) == ("3\n", 7), errors


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.usefixtures("environment")
def test_a_child_made_by_fork_signs_in(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a program of its own: pytest and its servers have threads, about which newer Pythons warn."""
    program = """
        import asyncio, multiprocessing, os, sys, cognitoken

        verifier = cognitoken.Verifier(None, os.environ["COGNITO_CLIENT_ID"])

        def sign_in(levels):
            tokens = cognitoken.login()
            verifier.verify(tokens.id_token)
            asyncio.run(cognitoken.login_async())
            if levels:
                in_child(levels - 1)
            print("signed in", flush=True)

        def in_child(levels):
            child = multiprocessing.get_context("fork").Process(target=sign_in, args=(levels,))
            child.start()
            child.join(60)
            assert child.exitcode == 0, child.exitcode

        if __name__ == "__main__":
            sign_in(2)
            sign_in(0)
    """
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    process = start(program)
    output, errors = process.communicate(timeout=120)
    assert (output, process.returncode) == ("signed in\n" * 4, 0), errors


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_pool_of_forked_processes_hands_errors_back(serve: Serve, start: Start) -> None:
    process = start(
        """
        import multiprocessing, cognitoken

        def fail(_):
            cognitoken.login(endpoint="http://127.0.0.1:1", timeout=0.5)

        cognitoken.login()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            try:
                pool.map(fail, range(2))
            except cognitoken.NetworkError as error:
                print(error.code, error.retryable)
        """,
        serve(lambda _request: tokens()),
    )
    output, errors = process.communicate(timeout=120)
    assert output == "ConnectionFailed True\n", errors


LEAVING = """
    import asyncio, threading, cognitoken

    def wait():
        {call}

    threading.Thread(target=wait, daemon=True).start()
    input()
    print("leaving")
"""


@pytest.mark.parametrize("call", ["cognitoken.login()", "asyncio.run(cognitoken.login_async())"])
def test_a_call_in_a_daemon_thread_does_not_hold_up_the_end(serve: Serve, start: Start, call: str) -> None:
    for _ in range(5):
        server = serve(silence)
        process = start(LEAVING.format(call=call), server)
        assert server.received.acquire(timeout=60)
        output, errors = process.communicate("\n", timeout=60)
        assert (output, process.returncode) == ("leaving\n", 0), errors


def test_results_that_come_while_the_program_ends_are_no_harm(serve: Serve, start: Start) -> None:
    server = serve(lambda _request: tokens())
    program = """
        import asyncio, threading, cognitoken

        async def go_on():
            while True:
                await asyncio.gather(*(cognitoken.login_async() for _ in range(8)))
                started.set()

        def wait():
            while True:
                cognitoken.login()

        started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(go_on()), daemon=True).start()
        threading.Thread(target=wait, daemon=True).start()
        started.wait()
    """
    for _ in range(5):
        process = start(program, server)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")


def test_the_start_method_of_this_platform_works(cognito: Fixtures) -> None:
    values = (cognito.user_name, cognito.password, cognito.client_id, cognito.endpoint)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_who, values) == cognito.email


def _who(username: str, password: str, client_id: str, endpoint: str) -> object:
    return cognitoken.login(username, password, client_id, endpoint=endpoint).claims["email"]
