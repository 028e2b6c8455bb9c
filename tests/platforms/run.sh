#!/usr/bin/env bash
# Builds the command and the packages for other platforms, and runs what an emulator can run. Called by `make cross`.
#
#   tests/platforms/run.sh [PLATFORM...]    all that there are unless some are named
#
# They go side by side: tests under wine mostly wait, while cargo compiles for the others. Each line names its platform.
set -euo pipefail
cd "$(dirname "$0")/../.."

platforms=("$@")
[ ${#platforms[@]} -gt 0 ] || platforms=(windows arm64 macos)

mkdir -p target/cross
jobs=()
for platform in "${platforms[@]}"; do
  python demo/local_cognito.py run -- "tests/platforms/$platform.sh" &
  jobs+=($!)
done

failed=()
for index in "${!jobs[@]}"; do
  wait "${jobs[index]}" || failed+=("${platforms[index]}")
done
[ ${#failed[@]} = 0 ] || { echo "Failed: ${failed[*]}"; exit 1; }
