"""The one version number: `core/Cargo.toml` has it, and every other place repeats it.

version.py                      prints it
version.py set 0.2.0            writes it into every place
version.py set --rust 1.96      writes the oldest Rust that is promised into every place
version.py check                fails if a place has another one
version.py check --installed    asks the command, Python and R too, as `make build` installed them
version.py check --tag v0.2.0   fails if the tag is another one, or the changelog has no date for it
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Cargo, R and Python agree on the meaning of these alone: R has no versions with letters.
VERSION = r"[0-9]+\.[0-9]+\.[0-9]+"
RUST_VERSION = r"[0-9]+\.[0-9]+"
MANIFESTS = [
    "core/Cargo.toml",
    "surface/Cargo.toml",
    "cli/Cargo.toml",
    "python/Cargo.toml",
    "r/src/rust/Cargo.toml",
]
LOCK_FILES = ["Cargo.lock", "r/src/rust/Cargo.lock", "fuzz/Cargo.lock", "benchmarks/rust/Cargo.lock"]
OWN_CRATES = r"cognitoken(?:-surface|-cli|-python|-r)?"


@dataclass(frozen=True)
class Place:
    """A pattern with one group, which is the number, and the file where each match has to be that number."""

    file: str
    pattern: str
    matches: int = 1

    def numbers(self, text: str) -> list[str]:
        """Return the numbers that stand there."""
        return [found[1] for found in self._found(text)]

    def replaced(self, text: str, number: str) -> str:
        """Return the text with another number in it."""
        for found in reversed(list(self._found(text))):
            text = text[: found.start(1)] + number + text[found.end(1) :]
        return text

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        found = list(re.finditer(self.pattern, text, re.MULTILINE))
        if len(found) != self.matches:
            raise SystemExit(f"{self.file}: {len(found)} places look like {self.pattern}, not {self.matches}")
        return iter(found)


def _requirements(file: str, matches: int) -> Place:
    pattern = rf'^cognitoken(?:-surface|-cli)? = \{{ path = "[a-z./]+", version = "({VERSION})"'
    return Place(file, pattern, matches)


VERSION_PLACES = [
    *(Place(file, rf'^version = "({VERSION})"$') for file in MANIFESTS),
    _requirements("Cargo.toml", 3),
    _requirements("surface/Cargo.toml", 1),
    _requirements("r/src/rust/Cargo.toml", 2),
    *(
        Place(file, rf'^name = "{OWN_CRATES}"\nversion = "({VERSION})"$', matches)
        for file, matches in zip(LOCK_FILES, [4, 3, 1, 1], strict=True)
    ),
    Place("r/DESCRIPTION", rf"^Version: ({VERSION})$"),
    # The first heading of each is that of the version to come.
    Place("CHANGELOG.md", rf"\A(?:(?!## ).*\n)*## ({VERSION})\b"),
    Place("r/NEWS.md", rf"\A# cognitoken ({VERSION})$"),
]
RUST_PLACES = [
    *(Place(file, rf'^rust-version = "({RUST_VERSION})"$') for file in MANIFESTS),
    Place("r/DESCRIPTION", rf"^SystemRequirements: .*rustc >= ({RUST_VERSION})\b"),
    Place("README.md", rf"\bRust ({RUST_VERSION}) or newer"),
    Place("r/README.md", rf"\bRust ({RUST_VERSION}) or newer"),
    Place(".github/workflows/ci.yml", rf"image: rust:({RUST_VERSION})-bookworm$", 3),
    Place(".github/workflows/release.yml", rf"image: rust:({RUST_VERSION})-bookworm$", 2),
]
# How each language says which version is installed.
INSTALLED = {
    "cognitoken --version": ["target/debug/cognitoken", "--version"],
    "cognitoken.__version__": ["python", "-c", "import cognitoken; print(cognitoken.__version__)"],
    'packageVersion("cognitoken")': [
        "Rscript",
        "--no-init-file",
        "-e",
        'cat(format(packageVersion("cognitoken")))',
    ],
}


def version() -> str:
    """Return the version of `core/Cargo.toml`."""
    return VERSION_PLACES[0].numbers(_text(VERSION_PLACES[0].file))[0]


def differences(places: list[Place]) -> list[str]:
    """Return a sentence for each place whose number is not that of the first one."""
    first = places[0].numbers(_text(places[0].file))[0]
    return [
        f"{place.file} has {number}, {places[0].file} has {first}"
        for place in places
        for number in place.numbers(_text(place.file))
        if number != first
    ]


def installed_differences() -> list[str]:
    """Return a sentence for each language that has another version installed."""
    found = []
    for name, command in INSTALLED.items():
        ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        shown = ran.stdout.split()[-1]
        if shown != version():
            found.append(f"{name} is {shown}, core/Cargo.toml has {version()}: run `make build`")
    return found


def tag_differences(tag: str) -> list[str]:
    """Return a sentence if the tag is another version's, and one if the changelog has no date for it."""
    found = [] if tag == f"v{version()}" else [f"the tag is {tag}, core/Cargo.toml has {version()}"]
    heading = re.compile(rf"^## {re.escape(version())} \([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\)$", re.MULTILINE)
    if not heading.search(_text("CHANGELOG.md")):
        found.append(f"CHANGELOG.md has no heading `## {version()} (YYYY-MM-DD)`")
    return found


def set_version(number: str) -> None:
    """Write the number into every place; above the notes of a version that is out, begin new ones."""
    before = version()
    if f"## {before} (unreleased)" not in _text("CHANGELOG.md"):
        _insert("CHANGELOG.md", f"## {before} (", f"## {before} (unreleased)\n\n")
        _insert("r/NEWS.md", f"# cognitoken {before}", f"# cognitoken {before}\n\n")
    _write(VERSION_PLACES, number)


def _write(places: list[Place], number: str) -> None:
    for place in places:
        _replace(place.file, place.replaced(_text(place.file), number))


def _insert(file: str, before: str, heading: str) -> None:
    _replace(file, _text(file).replace(before, heading + before, 1))


def _replace(file: str, text: str) -> None:
    (ROOT / file).write_text(text, encoding="utf-8", newline="\n")


def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def _demand(number: str | None, pattern: str, example: str) -> None:
    if number and not re.fullmatch(pattern, number):
        raise SystemExit(f"{number!r} is no version such as {example}")


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(description="The one version number.")
    actions = parser.add_subparsers(dest="action")
    setting = actions.add_parser("set")
    setting.add_argument("version", nargs="?")
    setting.add_argument("--rust")
    checking = actions.add_parser("check")
    checking.add_argument("--installed", action="store_true")
    checking.add_argument("--tag")
    given = parser.parse_args()

    if given.action is None:
        print(version())
        return
    if given.action == "set":
        _demand(given.version, VERSION, "0.2.0")
        _demand(given.rust, RUST_VERSION, "1.96")
        if given.version:
            set_version(given.version)
        if given.rust:
            _write(RUST_PLACES, given.rust)
    found = differences(VERSION_PLACES) + differences(RUST_PLACES)
    if given.action == "check" and given.installed:
        found += installed_differences()
    if given.action == "check" and given.tag is not None:
        found += tag_differences(given.tag)
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
