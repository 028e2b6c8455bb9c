#!/usr/bin/env python3
"""Writes inst/AUTHORS: authors and licences of the crates that the package is made of.

With --check, fails when the file is not what it would write. Needs cargo; fetches from crates.io.
"""

import json
import sys

from vendor import RUST, built_crates, cargo

AUTHORS = RUST.parent.parent / "inst" / "AUTHORS"

HEAD = """\
The R package is made of these Rust crates, besides its own code. A source package may carry
them in src/rust/vendor.tar.xz, with the texts of their licences. AWS-LC (in aws-lc-sys) and
libdbus (in libdbus-sys) are C libraries; the files LICENSE and COPYING beside their sources
say who holds the rights in them. Made from Cargo.lock by tools/authors.py of the repository.
"""


def main() -> None:
    text = HEAD + "".join(entries())
    if "--check" not in sys.argv[1:]:
        AUTHORS.parent.mkdir(exist_ok=True)
        AUTHORS.write_text(text, encoding="utf-8")
    elif not AUTHORS.exists() or AUTHORS.read_text(encoding="utf-8") != text:
        sys.exit("r/inst/AUTHORS is not up to date: run r/tools/authors.py")


def entries() -> list[str]:
    built = built_crates()
    packages = json.loads(cargo("metadata", "--format-version", "1"))["packages"]
    found = []
    for package in sorted(packages, key=lambda package: (package["name"], package["version"])):
        if package["source"] and (package["name"], package["version"]) in built:
            # Some crates name nobody; their repository does.
            authors = ", ".join(author.split(" <")[0] for author in package["authors"]) or (
                f"the authors named at {package['repository']}"
            )
            licence = package["license"] or package["license_file"]
            found.append(f"\n{package['name']} {package['version']}\n  {licence}\n  {authors}\n")
    return found


if __name__ == "__main__":
    main()
