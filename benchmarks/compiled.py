"""Contenders in Rust: the program of benchmarks/rust, in which criterion measures."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import run


class Compiled:
    """The program, and the values that its contenders work on."""

    def __init__(self, folder: Path, given: dict[str, Any]) -> None:
        self._program = os.environ["COGNITOKEN_BENCHMARKS"]
        self._results = folder / "criterion"
        values = folder / "values.json"
        values.write_text(json.dumps(given))
        self._environment = os.environ | {
            "COGNITOKEN_BENCHMARK_VALUES": str(values), "CRITERION_HOME": str(self._results),
        }  # fmt: skip

    def once(self, contender: str) -> tuple[float, Any]:
        """The seconds and the answer of a single call, the first of its process."""
        told = json.loads(run([self._program, "once", contender], self._environment).output)
        return told["seconds"], told["answer"]

    def batches(self, contender: str, calls: int = 1) -> Callable[[], float]:
        """A contender for `in_turns`: the median of what criterion measures in one short run."""

        def batch() -> float:
            # Criterion would compare with what is there.
            shutil.rmtree(self._results, ignore_errors=True)
            run([self._program, "--bench", "--exact", contender], self._environment)
            estimates = json.loads((self._results / contender / "new" / "estimates.json").read_text())
            nanoseconds: float = estimates["median"]["point_estimate"]
            return nanoseconds * 1e-9 / calls

        return batch


def known_answers(path: Path) -> int:
    """Compares our proof with the known answers of a file; gives their number."""
    return int(run([os.environ["COGNITOKEN_BENCHMARKS"], "vectors", str(path)]).output)


@contextmanager
def compiled(given: dict[str, Any]) -> Iterator[Compiled]:
    with tempfile.TemporaryDirectory() as folder:
        yield Compiled(Path(folder), given)
