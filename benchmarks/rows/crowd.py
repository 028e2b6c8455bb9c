"""Many sign-ins at once, at a service that takes 50 ms for each."""

from __future__ import annotations

import sys
from pathlib import Path

import workers
from issuer import Issuer
from measure import Series, printed, run
from results import Row, Target, at_most
from service import running

from rows.surroundings import signing_in

COUNT = 500
# By then the allocator has what it needs: 500 threads share its arenas, which fill up one by one.
SETTLED = 40
OURS = "cognitoken, asyncio"
PYTHON = (OURS, "cognitoken, threads", "httpx, 64 connections", "boto3, 64 threads")
R = {"cognitoken, 64 processes (R)": "cognitoken", "httr2, all at once (R)": "httr2"}


def command(contender: str, count: int, *more: str) -> list[str]:
    """One crowd, in a process of its own."""
    if contender in R:
        script = str(workers.FOLDER / "r" / "crowd.R")
        return ["Rscript", "--no-init-file", script, R[contender], str(count)]
    return [sys.executable, str(workers.FOLDER / "python" / "crowd.py"), contender, str(count), *more]


def measure(_wheels: Path) -> list[Row]:
    names = [*PYTHON, *(R if workers.has_r() else ())]
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
        Row("crowd", what, (1e-3, "ms"), wall, OURS,
            [at_most(f"{COUNT} sign-ins, asyncio, wall", wall[OURS].median, 0.15)]),
        Row("crowd, CPU", "CPU time of the same, the service's not counted.", (1e-3, "ms"), cpu, OURS,
            [at_most(f"{COUNT} sign-ins, asyncio, CPU", cpu[OURS].median, 0.12)]),
        _memory(flat),
    ]  # fmt: skip


def _memory(flat: dict[str, list[float]]) -> Row:
    series: dict[str, Series] = {}
    targets: list[Target] = []
    for name, resident in flat.items():
        series[f"{name}, after {SETTLED}"] = Series([resident[SETTLED - 1]])
        series[f"{name}, after {2 * SETTLED}"] = Series([resident[-1]])
        if name.startswith("cognitoken"):
            grown = resident[-1] / resident[SETTLED - 1] - 1
            targets.append(
                Target(
                    f"memory after {2 * SETTLED} crowds over after {SETTLED}, {name}",
                    "at most 5 % more",
                    f"{grown:+.1%}",
                    grown <= 0.05,
                )
            )
    what = f"Resident memory of one process after {SETTLED} and after {2 * SETTLED} crowds of {COUNT}."
    return Row("crowd, memory", what, (2**20, "MiB"), series, f"{OURS}, after {2 * SETTLED}", targets)
