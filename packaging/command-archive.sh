#!/usr/bin/env bash
# Builds the command for macOS or Windows, and packs it into target/packages/command with a checksum. Called by `make
# command-archive`; for Linux, `make static-command` does it.
#
# TARGET: the platform it is for, as rustc names it, such as x86_64-apple-darwin; without it, this machine's.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc --print host-tuple)}
python=${PYTHON:-python3}
commands=target/packages/command
name=cognitoken-$("$python" packaging/version.py)-$target

case $target in
  *-apple-darwin)
    program=cognitoken
    archive=$name.tar.gz
    ;;
  *-windows-msvc)
    program=cognitoken.exe
    archive=$name.zip
    # Not every Windows has Microsoft's C library.
    export CARGO_TARGET_X86_64_PC_WINDOWS_MSVC_RUSTFLAGS="-C target-feature=+crt-static"
    ;;
  *)
    echo "$target is not a platform of macOS or Windows; for Linux: make static-command" >&2
    exit 2
    ;;
esac
cargo build --release --locked --package cognitoken-cli --target "$target"
built=${CARGO_TARGET_DIR:-target}/$target/release/$program
"$built" --version

rm -rf "$commands"
mkdir -p "$commands/$name"
cp "$built" LICENSE-* "$commands/$name"
cd "$commands"
case $archive in
  *.zip) "$python" -m zipfile -c "$archive" "$name" ;;
  *) tar -czf "$archive" "$name" ;;
esac
rm -r "${name:?}"
"$python" -c 'import hashlib, sys
sys.stdout.reconfigure(newline="\n")
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), sys.argv[1], sep="  ")' "$archive" >"$archive.sha256"
