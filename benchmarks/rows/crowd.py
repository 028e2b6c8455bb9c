"""Many sign-ins at once, at a service that takes 50 ms for each."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import workers
from issuer import Issuer
from measure import Series, printed, run
from results import Row, Target, is_ours
from service import running

from rows.surroundings import signing_in

COUNT = 500
MEBIBYTES = (2**20, "MiB")
# By then the allocator has what it needs: 500 threads share its arenas, which fill up one by one.
SETTLED = 40
OURS = "cognitoken, asyncio"
PYTHON = (OURS, "cognitoken, threads", "httpx, 64 connections", "boto3, 64 threads")
LIMIT = "raw reqwest (Rust)"
R = {"cognitoken, 64 processes (R)": "cognitoken", "httr2, all at once (R)": "httr2"}


def command(contender: str, count: int, *more: str) -> list[str]:
    """One crowd, in a process of its own."""
    if contender in R:
        script = str(workers.FOLDER / "r" / "crowd.R")
        return ["Rscript", "--no-init-file", script, R[contender], str(count)]
    if contender == LIMIT:
        return [os.environ["COGNITOKEN_BENCHMARKS"], "crowd", str(count)]
    return [sys.executable, str(workers.FOLDER / "python" / "crowd.py"), contender, str(count), *more]


def measure(_wheels: Path) -> list[Row]:
    names = [*PYTHON, LIMIT, *(R if workers.has_r() else ())]
    with running(Issuer().tokens(), delay=0.05) as service:
        environment = signing_in(service.endpoint)
        measured = printed({name: command(name, COUNT) for name in names}, 7, environment)
        flat = {
            name: [
                float(value)
                for value in run(command(name, COUNT, str(2 * SETTLED)), environment).output.split()
            ]
            for name in (*PYTHON[:2], PYTHON[3])
        }
    wall = {name: series[0] for name, series in measured.items()}
    cpu = {name: series[1] for name, series in measured.items()}
    what = f"Wall time of {COUNT} sign-ins at once, 50 ms each at the service."
    return [
        Row("crowd", what, (1e-3, "ms"), wall, OURS, LIMIT).against_limit(
            f"{COUNT} sign-ins, asyncio, wall", 1.5
        ),
        Row(
            "crowd, CPU", "CPU time of the same, the service's not counted.", (1e-3, "ms"), cpu, OURS, LIMIT
        ).against_limit(f"{COUNT} sign-ins, asyncio, CPU", 2.5),
        _memory(flat),
    ]


def _memory(flat: dict[str, list[float]]) -> Row:
    series: dict[str, Series] = {}
    targets: list[Target] = []
    for name, resident in flat.items():
        early, late = Series([resident[SETTLED - 1]]), Series([resident[-1]])
        series[f"{name}, after {SETTLED}"] = early
        series[f"{name}, after {2 * SETTLED}"] = late
        if is_ours(name):
            named = f"memory after {2 * SETTLED} crowds, {name}"
            targets.append(Target(named, late, early, f"after {SETTLED}", 1.05, MEBIBYTES))
    what = f"Resident memory of one process after {SETTLED} and after {2 * SETTLED} crowds of {COUNT}."
    return Row("crowd, memory", what, MEBIBYTES, series, f"{OURS}, after {2 * SETTLED}", targets=targets)
