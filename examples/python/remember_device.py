"""Be asked for a second factor once, and not again on this machine.

The pool has to remember devices. What proves the device is a secret: it is kept in a file that only its
owner can read.

    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... COGNITO_USER_POOL_ID=...
    python examples/python/remember_device.py DEVICE_FILE
"""

import json
import os
import sys
from pathlib import Path

import cognitoken


def kept_device(file: Path) -> cognitoken.Device | None:
    return cognitoken.Device(**json.loads(file.read_text())) if file.exists() else None


def keep(device: cognitoken.Device, file: Path) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(device.to_dict(), opened)


def main() -> None:
    file = Path(sys.argv[1])
    tokens = cognitoken.login(
        device=kept_device(file),
        remember_device=True,
        on_challenge=lambda challenge: input(f"{challenge.question}: "),
    )
    print("Signed in as", tokens.claims["cognito:username"])
    if tokens.device is not None:
        keep(tokens.device, file)
        print("on device", tokens.device.key)


if __name__ == "__main__":
    main()
