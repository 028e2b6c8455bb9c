#!/usr/bin/env bash
# Makes the source distribution into target/packages/sdist, and checks that it has what it should and nothing else; then
# pip builds it elsewhere, for development, and what it built signs in. Called by `make sdist`.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/tools.sh
sdists=$packages/sdist
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

# What is in the repository, at the places where maturin puts it, and what it writes itself.
expected_files() {
  local folder
  for folder in cli core python surface; do
    git ls-files "$folder/Cargo.toml" "$folder/LICENSE-*" "$folder/README.md" "$folder/src"
  done
  git ls-files .cargo/config.toml Cargo.lock Cargo.toml 'LICENSE-*'
  git -C python ls-files cognitoken README.md pyproject.toml
  echo PKG-INFO
}

fail() {
  echo "$1" >&2
  exit 1
}

rm -rf "$sdists"
maturin sdist --manifest-path python/Cargo.toml --out "$sdists"
sdist=$(echo "$sdists"/cognitoken-*.tar.gz)
twine check --strict "$sdist"

# A fixed folder, so that Cargo knows again what it has built there.
elsewhere=${TMPDIR:-/tmp}/cognitoken-sdist-$(id -u)
rm -rf "$elsewhere"
mkdir -m 700 "$elsewhere"
trap 'rm -rf "$elsewhere"' EXIT
tar -xzf "$sdist" -C "$elsewhere" --strip-components 1
diff <(expected_files | sort) <(cd "$elsewhere" && find . -type f | sed 's,^\./,,' | sort) ||
  fail "The source distribution has not the files that it should have: < is missing, > is too much."
cmp .cargo/config.toml "$elsewhere/.cargo/config.toml"
for license in LICENSE-*; do
  cmp "$license" "$elsewhere/$license"
done

(cd / && MATURIN_PEP517_ARGS="--profile dev" python -m pip wheel --quiet --disable-pip-version-check --no-deps \
  --wheel-dir "$sdists" "$elsewhere")
wheel=$(echo "$sdists"/cognitoken-*.whl)
read_files=$(tr ' ' '\n' <"$CARGO_TARGET_DIR/debug/lib_cognitoken.d" | grep -vF "$CARGO_TARGET_DIR/")
grep -qF "$elsewhere/" <<<"$read_files"
! grep -F "$PWD/" <<<"$read_files" || fail "The build has read these files of the repository."
# Only where the system does not seed it, aws-lc has code that measures the jitter of the processor's clock.
python -m zipfile -e "$wheel" "$elsewhere/unzipped"
nm "$elsewhere"/unzipped/cognitoken/_cognitoken*.so >"$elsewhere/symbols"
! grep -m 1 jent_ "$elsewhere/symbols" || fail "The build has not set what .cargo/config.toml sets."
python demo/local_cognito.py run -- python tests/packages/use_wheel.py "$wheel" python
