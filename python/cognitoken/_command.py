"""The ``cognitoken`` command that comes with the wheel: the same program as the binary."""

import sys

from ._cognitoken import run_command


def main() -> int:
    """Run the command with the arguments of this process.

    Returns
    -------
    int
        The exit code: 0 success, 1 failure, 2 usage, 3 challenge pending, 4 not authorized, 5 network error.
    """
    return run_command(sys.argv)
