#!/usr/bin/env bash
# Formatting and lints of all languages. Called by `make check`; goes on after a failure so that all of them are seen.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()
export CARGO_TERM_COLOR=never

check() { # NAME COMMAND...
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf '%-28s ok%s\n' "$name" "$(sed -n 's/^note: /; /p' <<<"$output")"
  else
    printf '%-28s FAILED: %s\n%s\n' "$name" "$*" "$output"
    failed+=("$name")
  fi
}

# The documentation of the R package is made from its sources; a difference means that somebody forgot to.
r_documentation() {
  local folder
  folder=$(mktemp -d) || return
  trap 'rm -rf "$folder"' RETURN
  cp -R r/. "$folder" && rm -rf "$folder"/src && (
    cd "$folder" && Rscript --no-init-file -e 'roxygen2::roxygenise(load_code = "installed")'
  ) && diff -r r/man "$folder/man" && diff r/NAMESPACE "$folder/NAMESPACE"
}

# Workspaces of their own, which nothing above builds.
lock_file() { # FOLDER
  cargo metadata --locked --format-version 1 --manifest-path "$1/Cargo.toml" >target/metadata.json
}

# Every link leads somewhere, and private items are not linked to.
core_documentation() {
  RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps -p cognitoken -p cognitoken-surface \
    --features cognitoken/doctor,cognitoken/keyring,cognitoken/qr,cognitoken/redis,cognitoken/sso
}

# Who only verifies tokens builds none of these.
lean_core() {
  ! cargo tree --locked -p cognitoken -e normal --prefix none | grep -E '^(dbus|keyring-core|open|qrcode|redis) '
}

# What a workflow says is read by no machine here: two programs look for what is wrong or dangerous in it.
workflows() {
  actionlint && zizmor --quiet --offline .github
}

r_lints() {
  Rscript --no-init-file -e 'options(lintr.linter_file = normalizePath("r/.lintr"))
    found <- c(lintr::lint_package("r"), lintr::lint_dir("demo"), lintr::lint_dir("examples"),
      lintr::lint_dir("benchmarks/r"))
    if (length(found)) { print(found); quit(status = 1) }'
}

check "rustfmt" cargo fmt --all --check
check "rustfmt (R package)" cargo fmt --manifest-path r/src/rust/Cargo.toml --check
check "rustfmt (benchmarks)" cargo fmt --manifest-path benchmarks/rust/Cargo.toml --check
check "clippy" cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
check "clippy (R package)" cargo clippy --quiet --locked --manifest-path r/src/rust/Cargo.toml --all-targets -- -D warnings
check "clippy (core alone)" cargo clippy --quiet --locked -p cognitoken -- -D warnings
check "core alone is lean" lean_core
check "documentation of core" core_documentation
check "rustfmt (fuzz targets)" cargo fmt --manifest-path fuzz/Cargo.toml --check
check "lock file (fuzz targets)" lock_file fuzz
check "lock file (benchmarks)" lock_file benchmarks/rust
check "dependencies" setup/dependencies.sh
check "authors of crates" python3 r/tools/authors.py --check
check "licences of crates" python3 packaging/third_party.py --check
check "lowest versions" python3 packaging/lowest_versions.py
check "packages of crates" packaging/crates.sh --no-verify
check "version" python3 packaging/version.py check --installed
check "workflows" workflows
check "ruff" ruff check .
check "ruff format" ruff format --check .
check "mypy (package)" mypy --config-file python/pyproject.toml
check "pyright (package)" pyright --pythonpath .venv/bin/python --project python
check "mypy (demo, examples)" mypy demo examples
check "mypy (packaging)" mypy --strict packaging
check "mypy (R package)" env MYPYPATH=r/tools mypy --strict r/tools
check "mypy (stand-in)" mypy tests
check "lintr" r_lints
check "R documentation" r_documentation

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nFailed: %s\n' "${failed[*]}"
  exit 1
fi
