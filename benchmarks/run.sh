#!/usr/bin/env bash
# Sets up this project as users install it, and its peers, all below benchmarks/ and target/; then measures.
# Arguments: the rows to measure; all of them where there is none. QUICK=1: few repetitions. BENCH_TREE: another checkout,
# with this harness in it, whose command, packages and Rust contenders are built and measured instead of this one's.
# BENCH_NAME: what the file in target/bench is called.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=$PWD/benchmarks
wheels=$PWD/target/bench-wheels
logs=$PWD/target/bench-logs
tree=$(cd "${BENCH_TREE:-.}" && pwd)
if [ "$tree" != "$PWD" ] && [ -z "${BENCH_NAME:-}" ]; then
  echo "What is measured in another tree needs a name: make bench TREE=$BENCH_TREE NAME=before" >&2
  exit 2
fi
export BENCH_TREE=$tree
export CARGO_TARGET_DIR=$tree/target
export PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$wheels" "$logs"

# Tools that talk a lot are only heard when they fail.
quietly() { # NAME COMMAND...
  local log=$logs/$1.log
  shift
  "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

"${PYTHON:-python3}" -m venv "$bench/.venv"
export VIRTUAL_ENV=$bench/.venv
export PATH=$bench/.venv/bin:$PATH
# A wrong row shall be known before anything is built.
python "$bench" "$wheels" --check "$@"

setup/prerequisites.sh bench
echo "Setting up the peers, and building in the release profile; the first time takes some minutes"
quietly peers pip install --requirement "$bench/requirements.txt"
rm -f "$wheels"/*.whl
quietly wheel maturin build --release --locked --manifest-path "$tree/python/Cargo.toml" --out "$wheels"
quietly package pip install --force-reinstall --no-deps "$wheels"/cognitoken-*.whl
quietly command cargo build --release --locked --manifest-path "$tree/cli/Cargo.toml"
# The command itself, not the one that the wheel brings.
export COGNITOKEN_COMMAND=$CARGO_TARGET_DIR/release/cognitoken

rust=(cargo bench --locked --manifest-path "$tree/benchmarks/rust/Cargo.toml"
  --target-dir "$tree/target/bench" --no-run)
quietly rust "${rust[@]}"
"${rust[@]}" --quiet --message-format=json >"$logs/rust.json"
COGNITOKEN_BENCHMARKS=$(python -c '
import json, sys
built = [json.loads(line) for line in open(sys.argv[1])]
print(next(one["executable"] for one in built if one.get("executable") and one["target"]["name"] == "contenders"))
' "$logs/rust.json")
export COGNITOKEN_BENCHMARKS

if command -v Rscript >/dev/null; then
  mkdir -p "$bench/.r-library"
  # As users install it: what calls this script may be set to build for development.
  export COGNITOKEN_R_PROFILE=release
  COGNITOKEN_R_TARGET=$tree/target/bench-r quietly r R CMD INSTALL --library="$bench/.r-library" "$tree/r"
  export R_LIBS=$bench/.r-library
fi
if command -v npm >/dev/null; then
  quietly node npm ci --no-audit --no-fund --prefix "$bench/node"
fi
exec python "$bench" "$wheels" "$@"
