"""The keyring store against a real Secret Service: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from mock_wire import MockWire
from signing_in import values

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        assert "CI" not in os.environ, f"{missing} have to be here"
        pytest.skip(f"{missing} are not here")
    (tmp_path / "run").mkdir(mode=0o700)
    return tmp_path


def _home(home: Path) -> dict[str, str]:
    """The surroundings of somebody who lives there."""
    return {**os.environ, "HOME": str(home), "XDG_DATA_HOME": ""}


def with_keyring(home: Path, script: str) -> str:
    """Runs a script of Python's beside an unlocked keyring that holds what it held before."""
    command = """
        printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
        exec "$0" -c "$1"
    """
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run")}
    environment.pop("XDG_DATA_HOME", None)
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    ended = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", command, sys.executable, textwrap.dedent(script)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("store", ["keyring", "file"])
def test_what_is_stored_is_sealed_with_a_key_that_the_keyring_holds(wire: MockWire, home: Path, store: str) -> None:
    user = wire.new_user("plain")

    def session(password: str | None) -> str:
        given = json.dumps(json.dumps(values(wire, user, password=password, store=store)))
        return f"cognitoken.Session(**json.loads({given}))"

    script = "import json, cognitoken; mine = {}; print(mine.id_token()); print(mine.status().protection)"
    first = with_keyring(home, script.format(session(user["password"]))).splitlines()
    second = with_keyring(home, script.format(session(None))).splitlines()
    assert first == second
    assert "Secret Service" in first[1]
    (entry,) = (home / ".local" / "share" / "cognitoken").rglob("*.json")
    assert first[0] not in entry.read_text()
    assert user["name"] not in entry.read_text()

    without = subprocess.run(
        [sys.executable, "-c", f"import json, cognitoken; {session(None)}.id_token()"],
        env={**_home(home), "DBUS_SESSION_BUS_ADDRESS": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert without.returncode == 1
    assert "StoreError" in without.stderr
    assert "Secret Service" in without.stderr
    assert len(list((home / ".local" / "share" / "cognitoken").rglob("*.json"))) == 1
