"""An account of the test's own: nobody has signed in, nothing is set, and the working folder is empty."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What says where values come from, where things are kept and who may look on.
FOREIGN = ("AWS_", "COGNITO_", "APLOS_", "XDG_", "DBUS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Account:
    """A user's home and working folder, and the environment of a program that runs there."""

    home: Path
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def within(cls, path: Path) -> Account:
        home, folder = path / "home", path / "work"
        home.mkdir()
        folder.mkdir()
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "R_LIBS_SITE") if name in os.environ}
        # The command itself, rather than the one that came with the Python package.
        path_of_programs = os.pathsep.join([str(ROOT / "target/debug"), os.environ["PATH"]])
        own = {
            "PATH": path_of_programs,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TMPDIR": str(path),
            "R_LIBS": os.environ.get("R_LIBS", str(ROOT / ".r-library")),
            "NO_PROXY": "127.0.0.1,localhost",
            # No keyring of whoever runs the tests.
            "DBUS_SESSION_BUS_ADDRESS": "",
        }
        return cls(home, folder, kept | own)

    def run(
        self, *command: str, stdin: str = "", variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end, in the working folder."""
        return subprocess.run(
            command,
            input=stdin,
            env={**self.environment, **(variables or {})},
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
            check=False,
        )


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account.within(tmp_path)


@pytest.fixture(scope="module")
def shared_account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    """One for all tests of a file, where no test changes anything in it."""
    return Account.within(tmp_path_factory.mktemp("account"))


@pytest.fixture(autouse=True)
def _in_the_account(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own process is in the account too."""
    for name in list(os.environ):
        if name.upper().startswith(FOREIGN):
            monkeypatch.delenv(name)
    for name in ("HOME", "NO_PROXY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, account.environment[name])
    monkeypatch.chdir(account.folder)
