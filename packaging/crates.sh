#!/usr/bin/env bash
# Packages the crates for crates.io, and fails for a file that has no place in one, or for a warning. Called by `make crates`,
# where cargo then builds each from its package alone, and by `make check` with --no-verify.
set -euo pipefail
cd "$(dirname "$0")/.."

crates=(cognitoken cognitoken-surface cognitoken-cli)
allowed='\.cargo_vcs_info\.json|Cargo\.(lock|toml|toml\.orig)|README\.md|LICENSE-(APACHE|MIT)|(src|examples)/.*\.rs'
tables='src/srp/generator_powers\.bin'

for crate in "${crates[@]}"; do
  files=$(cargo package --quiet --locked --allow-dirty --list --package "$crate" 2>/dev/null)
  if surprising=$(grep -vxE "$allowed|$tables" <<<"$files"); then
    printf 'The package of %s has files that do not belong in it:\n%s\n' "$crate" "$surprising" >&2
    exit 1
  fi
  for file in README.md LICENSE-APACHE LICENSE-MIT; do
    grep -qxF "$file" <<<"$files" || { echo "The package of $crate has no $file" >&2; exit 1; }
  done
done

# As the workspace builds its dependencies, so that they are not built twice.
settings=(--config 'profile.dev.debug="line-tables-only"' --config profile.dev.package.crypto-bigint.opt-level=3)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo package --locked --allow-dirty "${settings[@]}" "${crates[@]/#/--package=}" "$@" 2>&1 | tee "$log"
# cargo warns of each test that stays here.
if grep '^warning: ' "$log" | grep -v '^warning: ignoring test '; then
  echo "cargo package warns" >&2
  exit 1
fi
