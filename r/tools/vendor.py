#!/usr/bin/env python3
"""Puts the crates that the package is made of into src/rust/vendor.tar.xz, to install it without a network.

An argument names another file to put them into.

`cargo vendor` brings 370 MB, with the sources of OpenSSL and import libraries for four kinds of Windows. Here
crates that no platform of R builds are replaced by empty ones, and files that no build reads are left out.
The same Cargo.lock gives the same file, byte for byte. Needs cargo; fetches from crates.io.
"""

import json
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

RUST = Path(__file__).resolve().parent.parent / "src" / "rust"

# The platforms that R runs on and cargo builds for.
PLATFORMS = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-gnullvm",
    "aarch64-pc-windows-gnullvm",
]

# Files that no build of the package reads, by crate. `*` also matches `/`; what a source file includes stays.
UNUSED = {
    "*": "tests/* testdata/* test-macros/* benches/* examples/* .github/* *.md Cargo.lock Cargo.toml.orig",
    "aws-lc-rs": "Makefile",
    "aws-lc-sys": """aws-lc/*.cc aws-lc/*.pl aws-lc/*/test/*.h aws-lc/ssl/* aws-lc/provider/* aws-lc/util/*
        aws-lc/third_party/fiat/*_32.h src/*_android_crypto.rs src/*_msvc_crypto.rs src/i686_*_crypto.rs
        src/riscv64*_crypto.rs""",
    "bitflags": "src/tests/*",
    "idna_mapping": "src/IdnaMappingTable.txt src/*.py",
    "libc": """src/fuchsia/* src/qurt/* src/solid/* src/teeos/* src/vxworks/* src/wasi/* src/unix/aix/*
        src/unix/bsd/freebsdlike/* src/unix/bsd/netbsdlike/* src/unix/cygwin/* src/unix/haiku/*
        src/unix/hurd/* src/unix/linux_like/android/* src/unix/linux_like/emscripten/*
        src/unix/linux_like/l4re/* src/unix/newlib/* src/unix/nto/* src/unix/nuttx/* src/unix/redox/*
        src/unix/solarish/*""",
    "libdbus-sys": """vendor/dbus/bus/* vendor/dbus/cmake/* vendor/dbus/doc/* vendor/dbus/m4/*
        vendor/dbus/NEWS* vendor/dbus/configure.ac vendor/dbus/CMakeLists.txt vendor/dbus/README*
        vendor/dbus/dbus/*-win*.c""",
    "linux-raw-sys": """src/arm/* src/csky/* src/hexagon/* src/loongarch64/* src/m68k/* src/mips* src/powerpc*
        src/riscv* src/s390x/* src/sparc* src/x32/* src/x86/*""",
    "rustls-platform-verifier": "src/tests/*",
    "tokio": "src/*/tests/*",
    "unicode-joining-type": "Makefile",
}

# The assembler files of aws-lc that these lists name are built, and no others.
AWS_LC_LISTS = [
    "apple_aarch64",
    "apple_x86_64",
    "linux_aarch64",
    "linux_x86_64",
    "universal",
    "win_aarch64",
    "win_x86_64",
]

# Whatever else is left out: what says who may do what with the source.
LICENCE = re.compile(r"(^|/)(licen[sc]e|copying|copyright|notice|authors|third.?party)[^/]*$", re.IGNORECASE)

CHECKSUMS = ".cargo-checksum.json"


def main() -> None:
    archive = Path(sys.argv[1]) if sys.argv[1:] else RUST / "vendor.tar.xz"
    with tempfile.TemporaryDirectory() as folder:
        vendor = Path(folder) / "vendor"
        cargo("vendor", "--versioned-dirs", "--quiet", str(vendor))
        built = built_crates()
        metadata = json.loads(cargo("metadata", "--format-version", "1"))
        features = {node["id"]: set(node["features"]) for node in metadata["resolve"]["nodes"]}
        for package in metadata["packages"]:
            if not package["source"]:
                continue
            crate = vendor / f"{package['name']}-{package['version']}"
            if (package["name"], package["version"]) in built:
                leave_out(crate, unused_files(package["name"], crate, features[package["id"]]))
            else:
                leave_out(crate, files_of(crate) - {"Cargo.toml", CHECKSUMS})
            put_empty_targets(package, crate)
            forget_checksums(crate)
        pack(vendor, archive)
    print(f"{archive}: {archive.stat().st_size} bytes")


def cargo(command: str, *arguments: str) -> str:
    words = ["cargo", command, "--locked", *arguments]
    return subprocess.run(words, cwd=RUST, check=True, stdout=subprocess.PIPE, text=True).stdout


def built_crates() -> set[tuple[str, str]]:
    """Name and version of each crate that is built on any of the platforms."""
    built = set()
    for platform in PLATFORMS:
        tree = cargo("tree", "--edges", "normal,build", "--target", platform, "--prefix", "none")
        built |= {(name, version) for name, version in re.findall(r"^(\S+) v(\S+)", tree, re.MULTILINE)}
    return built


def files_of(crate: Path) -> set[str]:
    return {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}


def unused_files(name: str, crate: Path, features: set[str]) -> set[str]:
    files = files_of(crate)
    own_patterns = UNUSED.get(name, "").split()
    for pattern in own_patterns:
        if not any(fnmatch(file, pattern) for file in files):
            sys.exit(f"{crate.name} has no file {pattern}: bring UNUSED in {__file__} up to date")
    patterns = UNUSED["*"].split() + own_patterns
    unused = {file for file in files if any(fnmatch(file, pattern) for pattern in patterns)}
    if name == "aws-lc-sys":
        unused |= unused_assembler(crate, files)
    if name == "windows-sys":
        unused |= {file for file in files if windows_feature(file) not in features | {""}}
    included = included_files(crate, files - unused)
    return {file for file in unused if (crate / file).resolve() not in included and not LICENCE.search(file)}


def included_files(crate: Path, files: set[str]) -> set[Path]:
    """The files whose text becomes part of a source file, such as documentation."""
    sources = [crate / file for file in files if file.endswith(".rs")]
    return {
        (source.parent / path).resolve()
        for source in sources
        for path in re.findall(r'include(?:_str|_bytes)?!\(\s*"([^"]+)"', source.read_text(errors="replace"))
    }


def unused_assembler(crate: Path, files: set[str]) -> set[str]:
    lists = [crate / "builder" / "cc_builder" / f"{name}.rs" for name in AWS_LC_LISTS]
    listed = {f"aws-lc/{source}" for file in lists for source in re.findall(r'"([^"]+)"', file.read_text())}
    return {file for file in files if file.endswith((".S", ".asm"))} - listed


def windows_feature(file: str) -> str:
    """The feature of windows-sys that makes a module of it: Win32_Security for .../Win32/Security/mod.rs."""
    module = file.removeprefix("src/Windows/")
    return "" if module == file else "_".join(module.split("/")[:-1])


def leave_out(crate: Path, files: set[str]) -> None:
    for file in files:
        (crate / file).unlink()


def put_empty_targets(package: dict[str, Any], crate: Path) -> None:
    """Puts an empty file where the manifest names one that was left out: cargo looks for it."""
    root = Path(package["manifest_path"]).parent
    for target in package["targets"]:
        source = crate / Path(target["src_path"]).relative_to(root)
        if not source.exists():
            source.parent.mkdir(parents=True, exist_ok=True)
            source.touch()


def forget_checksums(crate: Path) -> None:
    """Takes out the checksums of files; that of the crate stays, which cargo compares with Cargo.lock."""
    path = crate / CHECKSUMS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"files": {}}))


def pack(vendor: Path, archive: Path) -> None:
    def without_origin(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    partial = archive.with_suffix(".partial")
    with (
        lzma.open(partial, "wb", preset=9 | lzma.PRESET_EXTREME) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in sorted(path for path in vendor.rglob("*") if path.is_file()):
            tar.add(path, arcname=path.relative_to(vendor.parent).as_posix(), filter=without_origin)
    partial.replace(archive)


if __name__ == "__main__":
    main()
