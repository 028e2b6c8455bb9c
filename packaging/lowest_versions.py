"""Checks that the lock file has the oldest version of each crate that the crates of this workspace ask for.

Then what they ask for is what every build and test here has used: whoever builds with
`-Z direct-minimal-versions` gets the same. After `cargo update`, raise the requirement in Cargo.toml to the
version that this prints.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def differences(metadata: dict[str, Any]) -> list[str]:
    """Return a sentence for each requirement that an older version than the locked one fulfils."""
    packages = {package["id"]: package for package in metadata["packages"]}
    found = []
    for node in metadata["resolve"]["nodes"]:
        if node["id"] not in metadata["workspace_members"]:
            continue
        member = packages[node["id"]]
        locked = {packages[edge["pkg"]]["name"]: packages[edge["pkg"]] for edge in node["deps"]}
        for asked in member["dependencies"]:
            version = locked[asked["name"]]["version"].partition("+")[0]
            if asked["source"] and asked["req"].lstrip("^~=") != version:
                found.append(f"{member['name']} asks for {asked['name']} {asked['req']}; locked is {version}")
    return found


def main() -> None:
    """Print the differences, and fail if there are any."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    metadata = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found = differences(json.loads(metadata))
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
