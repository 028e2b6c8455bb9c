"""Writes LICENSE-THIRD-PARTY: the licences of what the command and the Python package are built of.

With ``--check``, fails when the file is not what it would write. Needs cargo; fetches from crates.io.

Where a crate gives a choice with MIT in it, MIT is taken. Its text comes once, with the copyright lines of
each crate; the text of the Apache License is in LICENSE-APACHE. Other texts come as they are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
OUTCOME = REPOSITORY / "LICENSE-THIRD-PARTY"
PACKAGES = ["cognitoken-cli", "cognitoken-python"]
# What they are handed out for, as rustc names it.
TARGETS = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
]

HEAD = "The command and the Python package are built of what follows, besides their own code."
APACHE_HEAD = "Under the Apache License, Version 2.0, which is in LICENSE-APACHE:"
MIT_HEAD = "Under the MIT licence, which is this one:"

# What is no crate: the standard library, and the C library of the static command.
WITHOUT_CRATE = {
    "the standard library of Rust": "Copyright (c) The Rust Project Contributors",
    "musl": "Copyright © 2005-2020 Rich Felker, et al.",
}
# C libraries that crates carry, and a line with which a text begins that is not chosen.
CARRIED = {"aws-lc-sys": "aws-lc/LICENSE", "libdbus-sys": "vendor/dbus/COPYING"}
NOT_CHOSEN = re.compile(r"^\s*GNU GENERAL PUBLIC LICENSE$.*", re.MULTILINE | re.DOTALL)

IS_LICENCE = re.compile(r"LICEN[CS]E|COPYING|NOTICE", re.IGNORECASE)
MIT = re.compile(
    r"(?P<copyright>.{,500}?)(?P<text>Permission is hereby granted, free of charge, .{,1000}SOFTWARE\.)"
)
MIT_HEADING = re.compile(r"(The )?MIT License( \(MIT\))?\W*", re.IGNORECASE)
APACHE = re.compile(
    r"\s*Apache License\s+Version 2\.0, January 2004\s.*?END OF TERMS AND CONDITIONS"
    r"(\s+APPENDIX: .{,1500}limitations under the License\.)?",
    re.DOTALL,
)
IN_APACHE_FILE = "\n(The text of the Apache License, Version 2.0, is in LICENSE-APACHE.)"


class Crate(NamedTuple):
    """A crate of somebody else's: its name with the version, and the texts that come with it."""

    name: str
    texts: list[str]


def main() -> None:
    text = third_party()
    if "--check" not in sys.argv[1:]:
        OUTCOME.write_text(text, encoding="utf-8")
    elif not OUTCOME.exists() or OUTCOME.read_text(encoding="utf-8") != text:
        sys.exit("LICENSE-THIRD-PARTY is not up to date: run packaging/third_party.py")


def third_party() -> str:
    copyrights: dict[str, list[str]] = defaultdict(list)
    permission = ""
    apache: list[str] = []
    others: dict[str, list[str]] = defaultdict(list)
    for name, line in WITHOUT_CRATE.items():
        copyrights[line].append(name)
    for crate in crates():
        for text in crate.texts:
            words = " ".join(text.split())
            if mit := MIT.fullmatch(words):
                permission = permission or mit["text"]
                copyrights[MIT_HEADING.sub("", mit["copyright"]).strip()].append(crate.name)
            elif text.strip() == IN_APACHE_FILE.strip():
                apache.append(crate.name)
            else:
                others[text].append(crate.name)
    return "\n".join(sections(copyrights, permission, apache, others))


def sections(
    copyrights: dict[str, list[str]], permission: str, apache: list[str], others: dict[str, list[str]]
) -> Iterator[str]:
    yield f"{HEAD}\n"
    yield f"{MIT_HEAD}\n\n{textwrap.indent(textwrap.fill(permission, 116), '    ')}\n"
    for line, names in sorted(copyrights.items(), key=lambda item: item[1]):
        yield textwrap.fill(f"{', '.join(names)}: {line or 'no copyright line'}", 120)
    yield f"\n{APACHE_HEAD}\n\n{textwrap.fill(', '.join(apache), 120)}"
    for text, names in others.items():
        yield f"\n{textwrap.fill(', '.join(names), 119)}:\n\n{text.rstrip()}"
    yield ""


def crates() -> Iterator[Crate]:
    """Finds the crates that end in what is handed out, on any platform, without those that only build it."""
    which = [f"--package={package}" for package in PACKAGES] + [f"--target={target}" for target in TARGETS]
    tree = cargo("tree", *which, "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}")
    built = {tuple(line.split()[:2]) for line in tree.splitlines()}
    for package in json.loads(cargo("metadata", "--format-version", "1"))["packages"]:
        if package["source"] and (package["name"], f"v{package['version']}") in built:
            yield Crate(f"{package['name']} {package['version']}", texts(package))


def texts(package: dict[str, Any]) -> list[str]:
    """Reads the texts of a crate's licences: of a choice, MIT's alone."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(file for file in folder.iterdir() if IS_LICENCE.match(file.name) and file.is_file())
    if "MIT" in re.split(r" OR |/", package["license"] or ""):
        files = [file for file in files if "MIT" in file.name.upper()] or files
    if package["name"] in CARRIED:
        files.append(folder / CARRIED[package["name"]])
    if not files:
        sys.exit(f"{package['name']} has no text of its licence, {package['license']}.")
    whole = (file.read_text(encoding="utf-8") for file in files)
    shortened = (APACHE.sub(IN_APACHE_FILE, NOT_CHOSEN.sub("", text)) for text in whole)
    # A text may be there twice, with other spaces, as AWS-LC's is.
    return list({" ".join(text.split()): text for text in shortened}.values())


def cargo(*arguments: str) -> str:
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
