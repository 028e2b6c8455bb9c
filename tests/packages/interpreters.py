"""The CPythons that the wheel is for: those of this machine, and those in its chroots of Debian."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path("/")
MINOR_VERSIONS = range(10, 16)
NAME = re.compile(r"python3\.(\d+)")
# What a version manager puts on the path may refuse to start; a free-threaded Python needs another wheel.
FITS = """
import sys, sysconfig, venv
assert sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(sys.version_info.minor)
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python, and the root of the file system in which it is started."""

    program: Path
    root: Path = field(default=HERE)

    def folder(self) -> tempfile.TemporaryDirectory[str]:
        """Makes a temporary folder that the interpreter can see."""
        return tempfile.TemporaryDirectory(dir=None if self.root == HERE else self.root / "tmp")

    def path_inside(self, path: Path) -> str:
        """Returns a path of this machine as the interpreter sees it."""
        return str(path) if self.root == HERE else str(HERE / path.relative_to(self.root))

    def run(self, command: list[str | Path], folder: Path, environment: Mapping[str, str]) -> str:
        """Runs a command in a folder with this environment and no more, and returns what it printed."""
        words = [self.path_inside(word) if isinstance(word, Path) else word for word in command]
        if self.root != HERE:
            words = ["chroot", str(self.root), "env", f"--chdir={self.path_inside(folder)}", *words]
        ended = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        if ended.returncode:
            output = ended.stdout + ended.stderr
            raise RuntimeError(f"{' '.join(words)} ended with {ended.returncode}:\n{output}")
        return ended.stdout

    def fits(self, minor_version: int) -> bool:
        """Returns whether it starts, and is a CPython of this version that can load the wheel."""
        try:
            printed = self.run([self.program, "-c", FITS], self.root, {"PATH": "/usr/sbin:/usr/bin:/bin"})
        except (OSError, RuntimeError):
            return False
        return printed.strip() == str(minor_version)


def one_of_each_version() -> dict[int, Interpreter]:
    """Finds an interpreter for each minor version; for its own, the one that runs this."""
    found = {sys.version_info.minor: Interpreter(Path(sys.executable).resolve())}
    for minor_version, interpreter in candidates():
        if minor_version not in found and interpreter.fits(minor_version):
            found[minor_version] = interpreter
    return dict(sorted(found.items()))


def candidates() -> Iterator[tuple[int, Interpreter]]:
    """Finds what is called like a Python of a wanted version; chroots come last."""
    managed = sorted(Path.home().glob(".pyenv/versions/*/bin"))
    for folder in [*map(Path, os.get_exec_path()), Path("/usr/bin"), *managed]:
        yield from named_like_one(folder, HERE)
    if sys.platform == "linux" and os.geteuid() == 0:
        for folder in sorted(REPOSITORY.glob("target/newest/*/usr/bin")):
            yield from named_like_one(folder, folder.parents[1])


def named_like_one(folder: Path, root: Path) -> Iterator[tuple[int, Interpreter]]:
    for path in sorted(folder.glob("python3.*")):
        match = NAME.fullmatch(path.name)
        if match and int(match[1]) in MINOR_VERSIONS:
            yield int(match[1]), Interpreter(path, root)


def of_name(program: str) -> Interpreter:
    """Finds an interpreter by its name on the path, or by its path."""
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"There is no {program}.")
    return Interpreter(Path(path))
