"""A newcomer's account: an empty home, no variable, and a local Cognito that has the newcomer as a user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "demo"))

from local_cognito import Fixtures, LocalCognito  # noqa: E402

LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Newcomer:
    """An account in which nobody has signed in. Only the configuration is told where the local service is."""

    home: Path
    environment: dict[str, str]

    def folder(self, name: str) -> Path:
        """A working folder."""
        folder = self.home.parent / name
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, *command: str, folder: str) -> str:
        """What a program prints that nobody can answer."""
        done = subprocess.run(
            command,
            cwd=self.folder(folder),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def assert_private(self, *secrets: str) -> None:
        """Assert that the profiles hold none of these, and that others can read no file that does."""
        config = self.home / ".config" / "cognitoken" / "config.toml"
        text = config.read_text()
        files = [path for path in self.home.rglob("*") if path.is_file()]
        for secret in secrets:
            assert secret not in text
            for path in files:
                if secret.encode() in path.read_bytes():
                    assert path.stat().st_mode & 0o077 == 0, f"{path} can be read by others"


@pytest.fixture(scope="session")
def cognito() -> Iterator[Fixtures]:
    with LocalCognito() as fixtures:
        yield fixtures


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "R_LIBS_SITE") if name in os.environ}
    environment = kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "TERM": "dumb",
        "R_LIBS": os.environ.get("R_LIBS", str(ROOT / ".r-library")),
        "NO_PROXY": "127.0.0.1,localhost",
        # No keyring of whoever runs the tests.
        "DBUS_SESSION_BUS_ADDRESS": "",
        # The prompts of Python 3.13 and newer move the cursor.
        "PYTHON_BASIC_REPL": "1",
    }
    return Newcomer(home, environment)


@pytest.fixture
def r() -> str:
    """The program R."""
    return shutil.which("R") or lacking("R is not on this machine: sudo apt-get install r-base-core")


def lacking(message: str) -> NoReturn:
    """Skip the test, or fail in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
