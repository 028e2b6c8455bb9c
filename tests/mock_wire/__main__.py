"""``python tests/mock_wire`` serves; ``python tests/mock_wire run -- COMMAND`` runs a command beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if not __package__:
    # Started by its folder rather than with -m: the package is the folder itself.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock_wire.process import MockWireError, run, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="mock_wire", description="A stand-in for the cognito-idp API.")
    verbs = parser.add_subparsers(dest="verb")
    serve_parser = verbs.add_parser(
        "serve", help="print one line of JSON, then serve until standard input closes"
    )
    serve_parser.add_argument("--port", type=int, default=0, help="default: a free one")
    run_parser = verbs.add_parser("run", help="run -- COMMAND [ARGUMENT ...]")
    run_parser.add_argument("command", nargs="+", metavar="COMMAND")
    given = parser.parse_args()
    if given.verb != "run":
        serve(getattr(given, "port", 0))
        return 0
    try:
        return run(given.command)
    except MockWireError as error:
        print(f"mock_wire: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
