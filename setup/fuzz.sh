#!/usr/bin/env bash
# Runs the fuzz targets, each for FUZZ_SECONDS (60): all of them, or those named as arguments. Called by `make fuzz`.
# No tool has to be installed: the compiler's own coverage passes and libFuzzer, which the crate libfuzzer-sys builds,
# are all that it takes, and both work with the stable toolchain.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never RUST_BACKTRACE=0
seconds=${FUZZ_SECONDS:-60}
folder=target/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
if [ $# -eq 0 ]; then
  mapfile -t targets < <(basename --suffix=.rs fuzz/fuzz_targets/*.rs)
else
  targets=("$@")
fi

if ! command -v c++ >/dev/null; then
  echo "Missing on this machine: a C++ compiler, which libFuzzer is built with (Debian: build-essential)" >&2
  exit 1
fi

# With --target the flags are for the targets alone, not for build scripts and macros.
echo "Building ${#targets[@]} fuzz targets; the first time takes some minutes"
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing" \
  cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml --target "$host" \
  --target-dir "$folder" "${targets[@]/#/--bin=}" || exit

failed=()
for target in "${targets[@]}"; do
  # What is found while running is kept apart from the corpus that is committed.
  mkdir -p "$folder/corpus/$target" "$folder/crashes"
  log=$folder/$target.log
  if "$folder/$host/release/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=8192 \
    -print_final_stats=1 -artifact_prefix="$folder/crashes/$target-" \
    "$folder/corpus/$target" "fuzz/corpus/$target" >"$log" 2>&1; then
    outcome=ok
  else
    outcome=FAILED
    failed+=("$target")
    grep -v '^#' "$log" | tail -40
  fi
  awk -v name="$target" -v outcome=$outcome -v seconds="$seconds" '
    /^stat::number_of_executed_units/ { runs = $2 }
    /cov: / { match($0, /cov: [0-9]+/); covered = substr($0, RSTART + 5, RLENGTH - 5) }
    END { printf "%-16s %-7s %10d runs in %d s, %d edges covered\n", name, outcome, runs, seconds, covered }' "$log"
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'Failed: %s; the inputs are in %s/crashes\n' "${failed[*]}" "$folder"
  exit 1
fi
