"""Contenders of one row, in a process that lasts: ``python worker.py MODULE``.

One JSON object a line. The first that comes in are the values to work on; the answer lists the contenders. Then
``{"do": "answer", "name": N}`` asks what contender N finds out, ``measure`` (with ``batch``, in seconds) how many
seconds one call of it takes in a batch of that length, ``once`` for both of a single call. Node and R have the same.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any


def timed(call: Callable[[], object], size: int) -> float:
    started = time.perf_counter()
    for _ in range(size):
        call()
    return time.perf_counter() - started


def size_of(call: Callable[[], object], batch: float) -> int:
    size = 1
    while (took := timed(call, size)) < batch:
        size = max(size + 1, int(size * min(10.0, 1.2 * batch / max(took, 1e-9))))
    return size


def say(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    contenders: dict[str, Callable[[], object]] = importlib.import_module(sys.argv[1]).prepare(given)
    sizes: dict[str, int] = {}
    say({"names": list(contenders)})
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked["name"]
        call = contenders[name]
        if asked["do"] == "answer":
            say({"answer": call()})
        elif asked["do"] == "once":
            started = time.perf_counter()
            answer = call()
            say({"seconds": time.perf_counter() - started, "answer": answer})
        else:
            if name not in sizes:
                sizes[name] = size_of(call, asked["batch"])
            say({"seconds": timed(call, sizes[name]) / sizes[name]})


if __name__ == "__main__":
    main()
