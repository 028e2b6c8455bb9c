#!/usr/bin/env bash
# The workspace for macOS, looked at by Debian's own Rust and not linked: that wants Apple's libraries, and nothing here runs
# what it would make. Called by `run.sh`.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/platforms/debian_rust.sh macOS

# Nothing reads what the C compiler makes, so that it need not make anything. Nor does it look into the folder of the SDK. It
# says that it is clang, and refuses the option by which cc would take it for Microsoft's.
compiler=$cross/no-compiler
cat >"$compiler" <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    -E) echo '"clang"' ;;
    '-?') exit 1 ;;
    -o) : >"$2" ;;
  esac
  shift
done
END
chmod +x "$compiler"
export CC_aarch64_apple_darwin=$compiler AR_aarch64_apple_darwin=ar SDKROOT=/usr

step "the workspace, checked" \
  "$CARGO" check --quiet --locked "$build_std" --target aarch64-apple-darwin --workspace
