#!/usr/bin/env bash
# Runs every test and sums up; with names of parts as arguments, those alone. Called by `make test`, which has built
# everything and set the paths.
set -uo pipefail
cd "$(dirname "$0")/.."
logs=target/test-logs
mkdir -p "$logs"
failed=0
summary=()
chosen=" $* "

# Nobody's own profiles answer a test, and no test writes one there.
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
trap 'rm -rf "$XDG_CONFIG_HOME"' EXIT

# Runs one part, shows its output as it comes, and remembers how it went and how much its log says it ran.
part() { # NAME UNIT COMMAND...
  local name=$1 unit=$2 log=$logs/$1.log
  shift 2
  [[ $chosen = "  " || $chosen = *" $name "* ]] || return 0
  printf '\n== %s tests\n' "$name"
  local start=$SECONDS outcome=passed
  "$@" 2>&1 | tee "$log" || { outcome=FAILED failed=1; }
  summary+=("$(printf '%-9s %-7s %5s %-13s %4d s' "$name" "$outcome" "$(count "$log")" "$unit" $((SECONDS - start)))")
}

# cargo: "test result: ok. 12 passed; ...", once for each binary. pytest: "12 passed in 3 s". testthat: "PASS 12".
count() {
  awk '
    /^test result:/ { n += $4; next }
    match($0, /[0-9]+ passed/) { n += substr($0, RSTART, RLENGTH - 7) }
    match($0, /PASS [0-9]+/) { n = substr($0, RSTART + 5, RLENGTH - 5) }
    END { print n + 0 }' "$1"
}

part Rust tests python demo/local_cognito.py run -- cargo test --locked --workspace
part Python tests python -m pytest -q python
# The tests' own stand-in for the service has to be right before others lean on it.
part stand-in tests python -m pytest -q tests/mock_wire
# Forged tokens, from Python, R and the shell.
part attacks tests python -m pytest -q tests/attacks
# Many programs on one stored sign-in, some of them killed.
part together tests python -m pytest -q tests/stress
part R expectations python demo/local_cognito.py run -- python tests/mock_wire run -- \
  Rscript --no-init-file -e 'testthat::test_local("r", load_package = "installed", reporter = testthat::CheckReporter$new())'
# The build of the R package as it goes on Windows and macOS, with stand-ins for their programs.
part configure tests tests/platforms/r_configure.sh
# Newcomers at terminals and in notebooks; -rs says which are left out for want of a program.
part first-run tests python -m pytest -q -rs tests/first_run
# A real Chromium on the sign-in page; -rs says why, where there is none.
part browser tests python -m pytest -q -rs tests/sso_browser
# What notebooks show, in the same browser.
part pictures tests python -m pytest -q -rs tests/look
part examples tests python -m pytest -q examples

if [ ${#summary[@]} = 0 ]; then
  echo "No part of the tests has such a name: $*" >&2
  exit 2
fi
printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
exit "$failed"
