"""Contenders in other languages: each prints the seconds that one call took, for several batches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from measure import QUICK, Series

FOLDER = Path(__file__).resolve().parents[1]


def _ask(command: list[str], given: dict[str, str]) -> dict[str, Series]:
    """Hands the values over on standard input; the answer is an object of names and lists of seconds."""
    done = subprocess.run(
        command, input=json.dumps(given | {"rounds": 3 if QUICK else 30}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    answer: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return {name: Series(values) for name, values in answer.items()}


def node(row: str, **given: str) -> dict[str, Series]:
    """Those of Node, where it is there."""
    if shutil.which("node") is None or not (FOLDER / "node" / "node_modules").exists():
        return {}
    return _ask(["node", str(FOLDER / "node" / f"{row}.mjs")], given)


def rscript(row: str, **given: str) -> dict[str, Series]:
    """Those of R, where it is there."""
    if shutil.which("Rscript") is None:
        return {}
    return _ask(["Rscript", "--no-init-file", str(FOLDER / "r" / f"{row}.R")], given)


def rust(row: str, **given: str) -> dict[str, Series]:
    """Those of Rust."""
    return _ask([os.environ["COGNITOKEN_BENCHMARKS"], row], given)
