#!/usr/bin/env bash
# The command for Linux on arm64: compiled by Debian's own Rust and its C compiler for that processor, run under qemu.
# Called by `run.sh`, beside a local Cognito. Everything that is made rests in target/cross.
#
# The standard library is compiled too: the one that Debian has for arm64 can be installed only beside a C library and an
# LLVM for that processor, and with the same versions of each on both.
set -euo pipefail
cd "$(dirname "$0")/../.."
cross=$PWD/target/cross
target=aarch64-unknown-linux-gnu
command=$cross/$target/debug/cognitoken
c_library=/usr/aarch64-linux-gnu/lib
log=$cross/arm64.log

# rustup's cargo comes first on the search path.
cargo=/usr/bin/cargo
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$cross
export CARGO_PROFILE_DEV_DEBUG=false
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc
# The command names the C library's place itself: with qemu's option for it (-L), threads hang.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-Clink-arg=-Wl,--dynamic-linker=$c_library/ld-linux-aarch64.so.1,-rpath=$c_library"

# Says what is done and how long it took; what it prints is shown when it fails.
step() { # WORDS COMMAND...
  local words=$1 begun=$SECONDS
  shift
  "$@" >"$log" 2>&1 || { tail -200 "$log"; echo "arm64: $words: failed"; exit 1; }
  echo "arm64: $words ($((SECONDS - begun)) s)"
  grep -E '^walk:' "$log" | sed 's/^/  /' || true
}

compile() {
  "$cargo" build --quiet --locked -Zbuild-std=std,panic_unwind --target "$target" --package cognitoken-cli
  aarch64-linux-gnu-readelf --file-header "$command" | grep -q 'Machine: *AArch64'
}

step "the command, compiled" compile
step "the walk" tests/platforms/walk.sh "$command" qemu-aarch64-static
