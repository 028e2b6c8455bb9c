"""Times of contenders that take turns: whatever slows the machine down slows all of them down."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
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

    def over(self, limit: Series) -> Series:
        """Ratios, round by round: what slows a round down slows both."""
        if len(self.values) != len(limit.values):
            return Series([self.median / limit.median])
        return Series([ours / least for ours, least in zip(self.values, limit.values, strict=True)])

    def plus(self, other: Series) -> Series:
        return Series([one + two for one, two in zip(self.values, other.values, strict=True)])

    def per(self, count: int) -> Series:
        return Series([value / count for value in self.values])


@dataclass
class Process:
    """What one run of a whole process took, in seconds."""

    wall: float
    cpu: float
    output: str


def run(command: Sequence[str], environment: dict[str, str] | None = None, given: str = "") -> Process:
    """Runs a process to its end. CPU time is its own and that of its children."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(given.encode())
    process.stdin.close()
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
    commands: Mapping[str, Sequence[str]], rounds: int, environment: dict[str, str] | None = None
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


def printed(
    commands: Mapping[str, Sequence[str]], rounds: int, environment: dict[str, str] | None
) -> dict[str, list[Series]]:
    """The numbers that commands print, of commands that take turns."""
    measured: dict[str, list[Series]] = {}
    for _ in range(3 if QUICK else rounds):
        for name, command in commands.items():
            values = [float(value) for value in run(command, environment).output.split()]
            kept = measured.setdefault(name, [Series() for _ in values])
            for series, value in zip(kept, values, strict=True):
                series.values.append(value)
    return measured


def in_turns(contenders: dict[str, Callable[[], float]], rounds: int = 20) -> dict[str, Series]:
    """Each contender gives the time of one call, from a batch of calls that it makes when it is asked."""
    measured = {name: Series() for name in contenders}
    for turn in range((2 if QUICK else rounds) + 1):
        for name, batch in contenders.items():
            value = batch()
            # The first turn finds out how many calls make a batch, and warms up.
            if turn:
                measured[name].values.append(value)
    return measured
