"""The ``cognitoken`` command that comes with the wheel: the same program as the binary."""

import sys

from ._cognitoken import run_command


def main() -> int:
    """Run the command with the arguments of this process.

    Returns
    -------
    int
        The exit code: 0 ok, 1 failed, 2 usage, 3 challenge needed, 4 not authorized, 5 network.
    """
    return run_command(sys.argv)
