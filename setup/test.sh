#!/usr/bin/env bash
# Runs every test and sums up. Called by `make test`, which has built everything and set the paths.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=target/test-logs
mkdir -p "$logs"
failed=0
summary=()

# Runs one part, shows its output as it comes, and remembers how it went. The count is what its log says it ran.
part() { # NAME COUNT-FUNCTION COMMAND...
  local name=$1 count=$2 log=$logs/$1.log
  shift 2
  printf '\n== %s tests\n' "$name"
  local start=$SECONDS outcome=passed
  "$@" 2>&1 | tee "$log" || { outcome=FAILED failed=1; }
  summary+=("$(printf '%-9s %-7s %5s tests  %4d s' "$name" "$outcome" "$("$count" "$log")" $((SECONDS - start)))")
}

rust_count() { awk '/^test result:/ { n += $4 } END { print n + 0 }' "$1"; }
pytest_count() { awk 'match($0, /[0-9]+ passed/) { n += substr($0, RSTART, RLENGTH - 7) } END { print n + 0 }' "$1"; }
r_count() { awk 'match($0, /PASS [0-9]+/) { n = substr($0, RSTART + 5, RLENGTH - 5) } END { print n + 0 }' "$1"; }

part Rust rust_count cargo test --locked --workspace
part Python pytest_count python -m pytest -q python
# These two share one local Cognito.
part R r_count python demo/local_cognito.py run -- \
  Rscript --no-init-file -e 'testthat::test_local("r", load_package = "installed", reporter = testthat::CheckReporter$new())'
part examples pytest_count python -m pytest -q examples
part mock-wire pytest_count python -m pytest -q tests

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
exit "$failed"
