"""Contenders in processes that last, whatever their language: each answers, or measures one batch, when it is asked.

What is said is in python/worker.py.
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import leave_out

FOLDER = Path(__file__).resolve().parent
BATCH = 0.02


class Worker:
    """One process."""

    def __init__(
        self, command: Sequence[str], given: dict[str, Any], environment: dict[str, str] | None = None
    ) -> None:
        self._name = " ".join(Path(part).name for part in command)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the process)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            text=True,
        )
        self.names: list[str] = self._ask(given)["names"]

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (json.JSONDecodeError, BrokenPipeError) as error:
            self._process.kill()
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"{self._name}: {self._errors.read().decode()[-2000:]}") from error
        return answer

    def answer(self, name: str) -> Any:
        return self._ask({"do": "answer", "name": name})["answer"]

    def measure(self, name: str, batch: float = BATCH) -> float:
        seconds: float = self._ask({"do": "measure", "name": name, "batch": batch})["seconds"]
        return seconds

    def batches(self, name: str, calls: int = 1, batch: float = BATCH) -> Callable[[], float]:
        """A contender for `in_turns`. ``calls``: how many of what the row counts one call of it makes."""
        return lambda: self.measure(name, batch) / calls

    def once(self, name: str) -> tuple[float, Any]:
        told = self._ask({"do": "once", "name": name})
        return told["seconds"], told["answer"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()


def python_command(module: str) -> list[str]:
    return [sys.executable, str(FOLDER / "python" / "worker.py"), module]


def node_command(row: str) -> list[str]:
    return ["node", str(FOLDER / "node" / "worker.mjs"), row]


def r_command(row: str) -> list[str]:
    return ["Rscript", "--no-init-file", str(FOLDER / "r" / "worker.R"), row]


@functools.cache
def has_node() -> bool:
    found = shutil.which("node") is not None and (FOLDER / "node" / "node_modules").exists()
    if not found:
        leave_out("Node is not here: contenders in Node are left out.")
    return found


@functools.cache
def has_r() -> bool:
    found = shutil.which("Rscript") is not None
    if not found:
        leave_out("R is not here: contenders in R are left out.")
    return found


@functools.cache
def r_has(package: str) -> bool:
    code = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    return has_r() and subprocess.run(["Rscript", "--no-init-file", "-e", code], check=False).returncode == 0


@contextmanager
def working(
    command: Sequence[str], given: dict[str, Any], environment: dict[str, str] | None = None
) -> Iterator[Worker]:
    worker = Worker(command, given, environment)
    try:
        yield worker
    finally:
        worker.close()
