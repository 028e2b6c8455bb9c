#!/usr/bin/env bash
# Builds the command and the packages for other platforms, and runs what an emulator can run. Called by `make cross`.
#
#   tests/platforms/run.sh [PLATFORM...]    all that there are unless some are named
set -euo pipefail
cd "$(dirname "$0")/../.."

platforms=("$@")
if [ ${#platforms[@]} = 0 ]; then
  for script in windows arm64; do
    [ ! -x "tests/platforms/$script.sh" ] || platforms+=("$script")
  done
fi

mkdir -p target/cross
for platform in "${platforms[@]}"; do
  python demo/local_cognito.py run -- "tests/platforms/$platform.sh"
done
