#!/usr/bin/env bash
# Builds the command for release, and packs it with its licences into target/packages/command, beside a file with the
# archive's SHA-256. Called by `make command-archive`. Argument: the platform, as rustc names it; this machine's without it.
# For Linux it is the static command, which `make static-command` builds and tries.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc --print host-tuple)}
folder=target/packages/command
name=cognitoken-$("${PYTHON:-python3}" packaging/version.py)-$target
program=cognitoken

case $target in
  *-linux-*) binary=target/packages/static-command/cognitoken ;;
  *-windows-msvc)
    program=cognitoken.exe
    # Not every Windows has Microsoft's C library.
    export CARGO_TARGET_X86_64_PC_WINDOWS_MSVC_RUSTFLAGS="-C target-feature=+crt-static"
    ;;
esac
if [ -z "${binary:-}" ]; then
  cargo build --release --locked --package cognitoken-cli --target "$target"
  binary=${CARGO_TARGET_DIR:-target}/$target/release/$program
fi
"$binary" --version

rm -rf "${folder:?}/$name"*
mkdir -p "$folder/$name"
cp "$binary" "$folder/$name/$program"
cp LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$folder/$name"
cp cli/README.md "$folder/$name/README.md"
cd "$folder"
archive=$name.tar.gz
case $target in
  *-windows-*)
    archive=$name.zip
    "${PYTHON:-python3}" -m zipfile -c "$archive" "$name"
    ;;
  *) tar -czf "$archive" "$name" ;;
esac
rm -rf "$name"
"${PYTHON:-python3}" -c 'import hashlib, sys
sys.stdout.reconfigure(newline="\n")
for name in sys.argv[1:]:
    print(hashlib.sha256(open(name, "rb").read()).hexdigest(), name, sep="  ")' "$archive" >"$archive.sha256"
echo "$folder/$archive"
