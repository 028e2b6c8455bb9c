"""The ways to start a sign-in on the pool's page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Long enough to never be what ends a sign-in.
NO_LIMIT = 300.0


@dataclass(frozen=True)
class Way:
    """How to start one, and the exit codes that tell its ends apart."""

    name: str
    program: tuple[str, ...]
    denied: int = 1
    too_late: int = 1
    port_taken: int = 1

    def command(
        self, redirect_uri: str, *, limit: float = NO_LIMIT, opens_browser: bool = False
    ) -> list[str]:
        if self.name != "shell":
            return [*self.program, redirect_uri, str(limit), "opens" if opens_browser else "shows"]
        command = [*self.program, "--redirect-uri", redirect_uri, "--timeout", str(limit)]
        return command if opens_browser else [*command, "--no-browser"]


SHELL = Way("shell", ("cognitoken", "login", "--sso"), denied=4, too_late=5, port_taken=2)
PYTHON = Way("python", (sys.executable, str(HERE / "start_sso.py")))
R = Way("r", ("Rscript", "--no-init-file", str(HERE / "start_sso.R")))

# At its prompt R takes a pasted address, and it takes the program there too: see `first_line`.
R_CONSOLE = Way("r-console", ("R", "--interactive", "--no-echo", "--vanilla", "--args"))


def first_line(way: Way) -> str | None:
    """What has to be typed for the sign-in to begin."""
    return f"source('{HERE / 'start_sso.R'}'); quit('no')" if way is R_CONSOLE else None
