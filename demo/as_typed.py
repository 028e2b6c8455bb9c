"""Runs a script as if someone typed it: every statement is shown, then its value, as at a prompt."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def run_as_typed(path: Path) -> None:
    source = path.read_text()
    lines = source.splitlines()
    scope: dict[str, object] = {"__name__": "__main__"}
    shown = 0
    for statement in ast.parse(source).body:
        end = statement.end_lineno or statement.lineno
        for number in range(shown, end):
            line = lines[number]
            within = number + 1 > statement.lineno
            print(f"{'...' if within else '>>>'} {line}" if line.strip() else "")
        shown = end
        # "single" is what makes the prompt show the value of an expression.
        exec(compile(ast.Interactive([statement]), str(path), "single"), scope)


if __name__ == "__main__":
    run_as_typed(Path(sys.argv[1]))
