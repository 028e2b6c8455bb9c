"""Times of contenders that take turns: whatever slows the machine down slows all of them down."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

QUICK = bool(os.environ.get("QUICK"))


@dataclass
class Series:
    """What was measured of one contender, in seconds unless the row says otherwise."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.values) < 2:
            return self.median, self.median
        low, _, high = statistics.quantiles(self.values, n=4)
        return low, high


@dataclass
class Process:
    """What one run of a whole process took, in seconds."""

    wall: float
    cpu: float
    output: str


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Process:
    """Runs a process to its end. CPU time is its own and that of its children."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {errors.decode()[-2000:]}")
    return Process(wall, usage.ru_utime + usage.ru_stime, output.decode())


def processes(
    commands: dict[str, Sequence[str]], rounds: int, environment: dict[str, str] | None = None
) -> dict[str, tuple[Series, Series]]:
    """CPU and wall times of commands that take turns; a first turn of each is not counted."""
    measured: dict[str, tuple[Series, Series]] = {name: (Series(), Series()) for name in commands}
    for turn in range((3 if QUICK else rounds) + 1):
        for name, command in commands.items():
            ended = run(command, environment)
            if turn:
                measured[name][0].values.append(ended.cpu)
                measured[name][1].values.append(ended.wall)
    return measured


def calls(
    contenders: dict[str, Callable[[], object]], rounds: int = 30, batch_seconds: float = 0.02
) -> dict[str, Series]:
    """Time of one call of each contender, by batches that take turns."""
    sizes = {name: _batch_size(call, batch_seconds) for name, call in contenders.items()}
    measured = {name: Series() for name in contenders}
    for _ in range(3 if QUICK else rounds):
        for name, call in contenders.items():
            measured[name].values.append(_batch(call, sizes[name]) / sizes[name])
    return measured


def _batch_size(call: Callable[[], object], batch_seconds: float) -> int:
    size = 1
    while (took := _batch(call, size)) < batch_seconds:
        size = max(size + 1, int(size * min(10.0, 1.2 * batch_seconds / max(took, 1e-9))))
    return size


def _batch(call: Callable[[], object], size: int) -> float:
    started = time.perf_counter()
    for _ in range(size):
        call()
    return time.perf_counter() - started
