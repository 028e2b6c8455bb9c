"""A hidden prompt of the command at a terminal: the password is asked for, not shown, and Ctrl-C leaves.

python demo/local_cognito.py run -- python tests/platforms/prompt.py COMMAND [RUNNER...]
"""

from __future__ import annotations

import os
import sys
import tempfile

import pexpect

LIMIT_SECONDS = 60


def main(command: str, *runner: str) -> None:
    """Sign in with a password that is typed, then leave the same prompt by Ctrl-C."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("COGNITO_")}
    test = {name.removeprefix("COGNITOKEN_TEST_"): value for name, value in given.items()}
    environment = {
        **given,
        "COGNITO_USER_NAME": test["USER_NAME"],
        "COGNITO_CLIENT_ID": test["CLIENT_ID"],
        "COGNITO_USER_POOL_ID": test["USER_POOL_ID"],
        "COGNITO_ENDPOINT": test["ENDPOINT"],
        "COGNITO_STORE": "memory",
        "TERM": "xterm",
    }
    arguments = [*runner, os.path.abspath(command), "login", "--prompt", "--no-save"]
    with tempfile.TemporaryDirectory() as folder:

        def start() -> pexpect.spawn[str]:
            environment["XDG_CONFIG_HOME"] = folder
            return pexpect.spawn(
                arguments[0],
                arguments[1:],
                cwd=folder,
                env=environment,
                dimensions=(50, 200),
                timeout=LIMIT_SECONDS,
                encoding="utf-8",
            )

        terminal = start()
        terminal.expect("Password:")
        terminal.send(test["PASSWORD"] + "\r")
        terminal.expect(test["EMAIL"])
        shown = str(terminal.before)
        shown += terminal.read()
        assert test["PASSWORD"] not in shown, shown
        terminal.close()
        assert terminal.exitstatus == 0, (terminal.exitstatus, shown)

        terminal = start()
        terminal.expect("Password:")
        terminal.send("\x03")
        shown = terminal.read()
        terminal.close()
        assert terminal.exitstatus == 130, (terminal.exitstatus, shown)
    print("prompt: a password was typed unseen, and Ctrl-C left the prompt")


if __name__ == "__main__":
    main(*sys.argv[1:])
