#!/usr/bin/env bash
# Sets up this project as users install it, and its peers, all below benchmarks/ and target/; then measures.
# Arguments: the rows to measure; all of them where there is none. QUICK=1: few repetitions.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=$PWD/benchmarks
wheels=$PWD/target/bench-wheels
export CARGO_TARGET_DIR=$PWD/target

"${PYTHON:-python3}" -m venv "$bench/.venv"
export VIRTUAL_ENV=$bench/.venv
export PATH=$bench/.venv/bin:$PATH
pip install --quiet --disable-pip-version-check --requirement "$bench/requirements.txt" maturin==1.16.0

echo "Building the wheel, the command and the contenders in Rust; the first time takes some minutes"
rm -rf "$wheels"
maturin build --quiet --release --locked --manifest-path python/Cargo.toml --out "$wheels" 2>/dev/null
pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheels"/cognitoken-*.whl
cargo build --quiet --release --locked --package cognitoken-cli
CARGO_TARGET_DIR=$PWD/target/bench cargo build --quiet --release --locked --manifest-path "$bench/rust/Cargo.toml"
export COGNITOKEN_BENCHMARKS=$PWD/target/bench/release/cognitoken-benchmarks
export PATH=$CARGO_TARGET_DIR/release:$PATH

if command -v Rscript >/dev/null; then
  mkdir -p "$bench/.r-library"
  COGNITOKEN_R_TARGET=$PWD/target/bench-r R CMD INSTALL --library="$bench/.r-library" r >target/bench-r.log 2>&1 ||
    { cat target/bench-r.log; exit 1; }
  export R_LIBS=$bench/.r-library
fi
if command -v npm >/dev/null; then
  npm install --silent --no-audit --no-fund --prefix "$bench/node"
fi
exec python "$bench" "$wheels" "$@"
