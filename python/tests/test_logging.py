"""The records of the logger ``cognitoken``: what a call does, from whichever thread, and nothing unless enabled."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Start
from misbehaving_server import Answer, MisbehavingServer, Request, tokens
from mock_wire import MockWire
from signing_in import login, login_async, values

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]

TRACE = 5


class Kept(logging.Handler):
    """Keeps the records, and those of one name apart."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def messages(self, name: str = "") -> list[str]:
        return [record.getMessage() for record in self.records if record.name.startswith(name)]


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The logger, as at first after the test."""
    logger = logging.getLogger("cognitoken")
    yield logger
    logger.setLevel(logging.NOTSET)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)


@pytest.fixture
def kept(logger: logging.Logger) -> Kept:
    """A handler of the logger, which is enabled at DEBUG."""
    kept = Kept()
    logger.addHandler(kept)
    logger.setLevel(logging.DEBUG)
    return kept


def test_a_sign_in_and_a_refresh_leave_records(wire: MockWire, kept: Kept) -> None:
    before = time.time()
    mine = login(wire, wire.new_user("plain"))
    at_sign_in = len(kept.records)
    mine.refresh()
    assert kept.messages("cognitoken.http")[0].startswith("response received operation=InitiateAuth host=127.0.0.1")
    signed_in, refreshed = (
        next(record for record in records if record.levelno == logging.INFO)
        for records in (kept.records[:at_sign_in], kept.records[at_sign_in:])
    )
    assert (signed_in.name, signed_in.levelname) == ("cognitoken.sign_in", "INFO")
    assert signed_in.getMessage().startswith("signed in expires_at=")
    assert refreshed.getMessage().startswith("tokens refreshed")
    times = [record.created for record in kept.records]
    # A record says when its line was written.
    assert times == sorted(times)
    assert before - 1 <= times[0] <= times[-1] <= time.time()
    assert {record.levelno for record in kept.records} == {logging.DEBUG, logging.INFO}
    assert {record.args for record in kept.records} == {()}


def test_the_level_is_that_of_the_logger(wire: MockWire, kept: Kept, logger: logging.Logger) -> None:
    user = wire.new_user("plain")
    logger.setLevel(logging.INFO)
    login(wire, user)
    assert {record.levelno for record in kept.records} == {logging.INFO}
    kept.records.clear()
    logger.setLevel(TRACE)
    login(wire, user)
    assert TRACE in {record.levelno for record in kept.records}
    kept.records.clear()
    for level in (logging.ERROR, logging.CRITICAL):
        logger.setLevel(level)
        login(wire, user)
    logger.setLevel(logging.DEBUG)
    logging.disable(logging.DEBUG)
    try:
        login(wire, user)
    finally:
        logging.disable(logging.NOTSET)
    assert {record.levelno for record in kept.records} == {logging.INFO}


def test_a_part_of_it_can_be_turned_down(wire: MockWire, kept: Kept) -> None:
    part = logging.getLogger("cognitoken.http")
    part.setLevel(logging.WARNING)
    try:
        login(wire, wire.new_user("plain"))
    finally:
        part.setLevel(logging.NOTSET)
    assert kept.messages("cognitoken.http") == []
    assert kept.messages("cognitoken.sign_in")


def test_nothing_imports_logging(serve: Serve, start: Start) -> None:
    process = start(
        "import sys, cognitoken; cognitoken.login().refresh(); print('logging' in sys.modules)",
        serve(lambda _request: tokens()),
    )
    assert process.communicate(timeout=60) == ("False\n", "")


def test_a_program_that_configures_nothing_sees_nothing(serve: Serve, start: Start, tmp_path: Path) -> None:
    """Not even a notice, which is a warning of Python already: logging's last resort would print it."""
    (tmp_path / ".env").write_text("COGNITO_ENDPOINT=https://attacker.example\n")
    process = start(
        """
        import logging, warnings, cognitoken
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            cognitoken.login(region="eu-west-1")
        print([warning.category.__name__ for warning in warned])
        """,
        serve(lambda _request: tokens()),
    )
    output, errors = process.communicate(timeout=60)
    assert errors == ""
    assert output in ("['ConfigWarning']\n", "[]\n")


def test_records_are_there_when_an_awaited_call_returns(wire: MockWire, kept: Kept) -> None:
    async def main() -> list[str]:
        await login_async(wire, wire.new_user("plain"))
        return kept.messages("cognitoken.sign_in")

    assert asyncio.run(main())[-1].startswith("signed in")


def test_records_of_a_refresh_in_the_background(wire: MockWire, kept: Kept) -> None:
    """No thread of the program waits for it."""
    client = wire.new_client(token_seconds=10)
    came = threading.Event()

    class Refreshed(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("tokens refreshed"):
                came.set()

    logging.getLogger("cognitoken").addHandler(Refreshed())
    mine = cognitoken.Session(
        **values(wire, wire.new_user("plain"), client_id=client["id"], store="memory", background_refresh=True)
    )
    mine.tokens()
    assert came.wait(60)
    assert kept.messages("cognitoken.http")


class Broken(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise ValueError(f"cannot keep {record.name}")


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_a_handler_that_raises_costs_no_result(
    wire: MockWire, kept: Kept, logger: logging.Logger, capsys: pytest.CaptureFixture[str], twin: bool
) -> None:
    logger.addHandler(Broken())
    user = wire.new_user("plain")

    def sign_in() -> cognitoken.Tokens:
        return asyncio.run(login_async(wire, user)) if twin else login(wire, user)

    assert sign_in().access_token
    assert kept.records
    shown = capsys.readouterr().err
    assert "--- Logging error ---" in shown
    assert "cannot keep cognitoken.http" in shown
    assert user["password"] not in shown


def test_a_program_may_keep_the_faults_of_handlers_quiet(
    wire: MockWire, logger: logging.Logger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger.addHandler(Broken())
    logger.setLevel(logging.DEBUG)
    assert login(wire, wire.new_user("plain"))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_a_handler_may_log_and_call_the_package(wire: MockWire, kept: Kept, logger: logging.Logger, twin: bool) -> None:
    """Its own calls leave no records: each would bring another one."""
    user = wire.new_user("plain")
    calls = []
    handled = threading.Semaphore(0)

    class Caller(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            logging.getLogger("another").warning("on the way")
            calls.append(login(wire, user))
            calls.append(asyncio.run(login_async(wire, user)) if threading.current_thread() is not main else None)
            handled.release()

    main = threading.current_thread() if twin else None
    logger.addHandler(Caller())
    mine = asyncio.run(login_async(wire, user)) if twin else login(wire, user)
    assert mine.access_token
    # Two requests and two outcomes: the challenge of SRP, and the tokens.
    for _ in range(4):
        assert handled.acquire(timeout=60)
    assert len(kept.records) == 4
    assert len(calls) == 8


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_a_handler_of_another_record_may_call_the_package(
    wire: MockWire, kept: Kept, logger: logging.Logger, twin: bool
) -> None:
    """It holds its lock meanwhile, and the records of the call want it."""
    user = wire.new_user("plain")
    results = []
    came = threading.Event()

    class Caller(Kept):
        def emit(self, record: logging.LogRecord) -> None:
            super().emit(record)
            if record.getMessage().startswith("challenge received"):
                came.set()
            if record.name == "another":
                results.append(asyncio.run(login_async(wire, user)) if twin else login(wire, user))

    caller = Caller()
    logger.addHandler(caller)
    another = logging.getLogger("another")
    another.addHandler(caller)
    # Long enough for the records of the first half to come before the second.
    wire.fault("delay", operation="RespondToAuthChallenge", seconds=0.3)
    try:
        another.warning("on the way")
    finally:
        another.removeHandler(caller)
    assert len(results) == 1
    assert came.wait(60)
    assert kept.messages("cognitoken.sign_in")


def test_records_at_the_end_of_the_program(serve: Serve, start: Start) -> None:
    """A refresh that the program did not wait for ends before the program does, and its records come."""
    may_answer = threading.Event()

    def answer(request: Request) -> bytes:
        if request.operation != "InitiateAuth":
            assert may_answer.wait(60)
        return tokens("token")

    process = start(
        """
        import logging, sys, cognitoken
        logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(name)s %(message)s")
        session = cognitoken.Session(store="memory", timeout=0.5)
        session.tokens()
        try:
            session.refresh()
        except cognitoken.RequestTimeout:
            print("waits", flush=True)
        """,
        serve(answer),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line == "waits\n":
            may_answer.set()
            break
    output, errors = process.communicate(timeout=60)
    assert errors == ""
    assert "cognitoken.renewal tokens refreshed" in output


def test_daemon_threads_that_log_at_the_end(serve: Serve, start: Start) -> None:
    program = """
        import logging, os, sys, threading, cognitoken

        sys.setswitchinterval(1e-5)
        logging.basicConfig(stream=open(os.devnull, "w"), level=5)
        started = threading.Semaphore(0)

        def go_on():
            session = cognitoken.Session(store="memory", background_refresh=True)
            while True:
                cognitoken.login()
                session.refresh()
                started.release()

        for _ in range(4):
            threading.Thread(target=go_on, daemon=True).start()
        for _ in range(8):
            started.acquire()
    """
    server = serve(lambda _request: tokens())
    for _ in range(10):
        process = start(program, server)
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
