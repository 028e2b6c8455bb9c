#!/usr/bin/env bash
# The workspace for macOS, looked at by Debian's own Rust and not linked: that wants Apple's libraries, and nothing here runs
# what it would make. Called by `run.sh`. Everything that is made rests in target/cross.
set -euo pipefail
cd "$(dirname "$0")/../.."
cross=$PWD/target/cross
target=aarch64-apple-darwin
log=$cross/macos.log

# rustup's cargo comes first on the search path.
cargo=/usr/bin/cargo
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$cross
export CARGO_PROFILE_DEV_DEBUG=false

# Nothing reads what the C compiler makes, so that it need not make anything. Nor does it look into the folder of the SDK.
compiler=$cross/no-compiler
cat >"$compiler" <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then : >"$2"; fi
  shift
done
END
chmod +x "$compiler"
export CC_aarch64_apple_darwin=$compiler AR_aarch64_apple_darwin=ar SDKROOT=/usr

begun=$SECONDS
"$cargo" check --quiet --locked -Zbuild-std=std,panic_unwind --target "$target" --workspace >"$log" 2>&1 ||
  { cat "$log"; echo "macOS: the workspace, checked: failed"; exit 1; }
echo "macOS: the workspace, checked ($((SECONDS - begun)) s)"
