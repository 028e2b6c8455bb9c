"""What goes wrong around a session: nothing is lost by it, and everybody hears of what they can mend."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import values

import cognitoken


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"file:{tmp_path}/tokens"


def session(wire: MockWire, user: dict[str, str], **options: Any) -> cognitoken.Session:
    return cognitoken.Session(**values(wire, user, **options))


FAULTS: dict[str, dict[str, Any]] = {
    "throttled three times": {"kind": "error", "code": "TooManyRequestsException", "times": 3},
    "500": {"kind": "status", "status": 500, "body": "oops", "times": 1},
    "503 with HTML and Retry-After": {
        "kind": "status", "status": 503, "body": "<html>later</html>", "headers": {"Retry-After": "1"}, "times": 1,
    },
    "closed before an answer": {"kind": "close", "times": 1},
    "reset": {"kind": "reset", "times": 1},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_that_passes_is_waited_out(wire: MockWire, store: str, fault: dict[str, Any]) -> None:
    user = wire.new_user("plain")
    mine = session(wire, user, store=store, client="public")
    before = mine.tokens()
    wire.fault(operation="GetTokensFromRefreshToken", **fault)
    assert mine.refresh().id_token != before.id_token


LASTING: dict[str, dict[str, Any]] = {
    "throttled": {"kind": "error", "code": "TooManyRequestsException"},
    "500": {"kind": "status", "status": 500, "body": "oops"},
    "truncated": {"kind": "truncate"},
    "garbage": {"kind": "garbage"},
    "empty": {"kind": "empty"},
    "64 MiB": {"kind": "oversize", "bytes": 64 << 20},
    "silent": {"kind": "delay", "seconds": 5},
}


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
def test_a_fault_that_lasts_costs_nothing_that_is_stored(wire: MockWire, store: str, fault: dict[str, Any]) -> None:
    user = wire.new_user("plain")
    before = session(wire, user, store=store).tokens()
    wire.fault(operation="GetTokensFromRefreshToken", times=20, **fault)
    mine = session(wire, user, store=store, timeout=2)
    with pytest.raises(cognitoken.CognitoError) as caught:
        mine.refresh()
    assert not isinstance(caught.value, cognitoken.AuthenticationError)
    for secret in (*before, user["password"]):
        assert secret not in f"{caught.value!r} {caught.value.hint}"
    assert mine.id_token() == before.id_token, "what was good before is good still"
    wire.control("clear_faults")
    assert session(wire, user, store=store, password=None).refresh().id_token != before.id_token


REFUSALS = ["RefreshTokenReuseException", "NotAuthorizedException"]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_definite_refusal_is_told_and_then_the_password_counts(wire: MockWire, store: str, code: str) -> None:
    user = wire.new_user("plain")
    session(wire, user, store=store).tokens()
    message = "Refresh Token has been revoked"
    wire.fault("error", operation="GetTokensFromRefreshToken", code=code, message=message, times=1)
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        session(wire, user, password=None, store=store).refresh()
    assert caught.value.code == code
    assert caught.value.hint is not None
    assert "sign in again" in caught.value.hint.lower()
    with pytest.raises(cognitoken.ConfigError):
        session(wire, user, password=None, store=store).tokens()
    assert session(wire, user, store=store).id_token().count(".") == 2


def test_a_wrong_client_secret_loses_nothing(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    token = session(wire, user, client="secret", store=store).id_token()
    wrong = session(wire, user, client="secret", client_secret="wrong", password=None, store=store)
    with pytest.raises(cognitoken.AuthenticationError):
        wrong.refresh()
    with pytest.raises(cognitoken.ConfigError, match="COGNITO_CLIENT_SECRET"):
        session(wire, user, client="secret", client_secret=None, password=None, store=store).refresh()
    right = session(wire, user, client="secret", password=None, store=store)
    assert right.refresh().id_token != token


def test_a_folder_that_goes_away_is_made_anew(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    mine = session(wire, user, store=store)
    token = mine.id_token()
    folder = Path(store.removeprefix("file:"))
    shutil.rmtree(folder)
    assert mine.id_token() == token
    assert mine.refresh().id_token != token
    assert list(folder.glob("*.json"))


def test_a_home_that_cannot_be_written_is_told_before_anything_is_sent(wire: MockWire, tmp_path: Path) -> None:
    file = tmp_path / "no-folder"
    file.write_text("")
    mine = session(wire, wire.new_user("plain"), store=f"file:{file}/below")
    with pytest.raises(cognitoken.StoreError) as caught:
        mine.tokens()
    assert caught.value.code == "StoreUnusable"
    assert caught.value.hint is not None
    assert wire.journal() == []


def test_a_full_disk_loses_no_new_refresh_token(wire: MockWire, tmp_path: Path) -> None:
    """The tokens that could not be stored are stored by the next call; the old refresh token is of no use by then."""
    user = wire.new_user("plain")
    store = f"file:{tmp_path}/tokens"
    mine = session(wire, user, client="rotation", store=store)
    mine.tokens()
    script = f"""
        import json, resource, signal
        import cognitoken
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        mine = cognitoken.Session(**json.loads({json.dumps(json.dumps(_without_password(wire, user, store)))}))
        mine.id_token()
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, most))
        for _ in range(2):
            try:
                mine.refresh()
                raise SystemExit("the disk was not full")
            except cognitoken.StoreError as error:
                assert error.code == "StoreUnusable", error
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        print(mine.refresh().id_token)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert session(wire, user, client="rotation", password=None, store=store).id_token() == ended.stdout.strip()


def _without_password(wire: MockWire, user: dict[str, str], store: str) -> dict[str, Any]:
    return values(wire, user, client="rotation", password=None, store=store)


@pytest.mark.parametrize("client", ["rotation"])
def test_ctrl_c_in_the_middle_of_a_refresh_loses_nothing(wire: MockWire, store: str, client: str) -> None:
    user = wire.new_user("plain")
    session(wire, user, client=client, store=store).tokens()
    wire.fault(kind="delay", operation="GetTokensFromRefreshToken", seconds=0.5, times=1)
    script = f"""
        import json
        import cognitoken
        mine = cognitoken.Session(**json.loads({json.dumps(json.dumps(_without_password(wire, user, store)))}))
        try:
            mine.refresh()
        except KeyboardInterrupt:
            print("interrupted")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not wire.journal("GetTokensFromRefreshToken"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert output.strip() == "interrupted", errors
    # The pool has no grace period: had the new refresh token been lost, this would be refused.
    assert session(wire, user, client=client, password=None, store=store).refresh().id_token.count(".") == 2


def test_a_store_that_another_process_holds_is_a_matter_of_time(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    session(wire, user, store=store).tokens()
    wire.fault(kind="delay", operation="GetTokensFromRefreshToken", seconds=20, times=1)
    script = f"""
        import json
        import cognitoken
        cognitoken.Session(**json.loads({json.dumps(json.dumps(values(wire, user, store=store)))})).refresh()
    """
    holder = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    try:
        while not wire.journal("GetTokensFromRefreshToken", user["name"]):
            time.sleep(0.01)
        with pytest.raises(cognitoken.StoreError) as caught:
            session(wire, user, store=store, timeout=0.5).refresh()
        assert caught.value.code == "LockTimeout"
        assert caught.value.retryable
    finally:
        holder.kill()
        holder.wait()
    assert session(wire, user, store=store).refresh().id_token.count(".") == 2, "the lock of the dead is free"


def test_a_forked_child_goes_on_with_what_its_parent_had(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    for where in (store, "memory"):
        mine = session(wire, user, store=where, background_refresh=True)
        token = mine.id_token()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                same = mine.id_token() == token
                fresh = mine.refresh().id_token
                status = 0 if same and fresh != token and mine.id_token() == fresh else 2
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert mine.id_token() == token


def test_threads_share_one_refresh_and_its_failure(wire: MockWire, store: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    user = wire.new_user("plain")
    mine = session(wire, user, store=store)
    before = mine.tokens()
    wire.control("clear_journal")
    with ThreadPoolExecutor(64) as pool:
        fresh = set(pool.map(lambda _: mine._replace(f"Bearer {before.id_token}"), range(64)))
    assert len(fresh) == 1
    assert len(wire.journal("GetTokensFromRefreshToken")) == 1


def test_the_background_refresh_keeps_calls_from_waiting(wire: MockWire, store: str) -> None:
    user = wire.new_user("plain")
    client = wire.control("new_client", pool="plain", secret=False, token_seconds=10)
    mine = session(wire, user, client_id=client["id"], store=store, background_refresh=True)
    mine.tokens()
    deadline = time.monotonic() + 60
    while not wire.journal("GetTokensFromRefreshToken"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    # Nobody asked, and it is stored.
    (entry,) = Path(store.removeprefix("file:")).glob("*.json")
    del mine
    assert json.loads(entry.read_text())["version"] == 1
