#!/usr/bin/env bash
# Holds the dependencies of both workspaces to deny.toml: licences, sources, crates that come twice, and advisories where
# the advisory database is at hand or can be fetched. Called by setup/check.sh. cargo-deny is built once, into
# target/tools.
set -uo pipefail
cd "$(dirname "$0")/.."
version=0.20.2
tools=$PWD/target/tools

if [ "$("$tools/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
  # Its own release profile optimises for long; what is checked here takes two seconds without.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    cargo install --quiet --locked --no-track --force --version "=$version" \
    --root "$tools" --target-dir "$tools/build" cargo-deny || exit
  rm -rf "$tools/build"
fi

deny() { "$tools/bin/cargo-deny" --log-level error --config deny.toml "$@"; }

# Without the database there is no line that sums up.
if timeout 120 "$tools/bin/cargo-deny" fetch db >/dev/null 2>&1; then
  advisories=(--locked)
elif grep -q '^advisories ' <<<"$(deny --offline check advisories 2>&1)"; then
  advisories=(--offline)
  echo "note: the advisory database at hand is used, a newer one could not be fetched"
else
  advisories=()
  echo "note: advisories are left out, their database is neither at hand nor to be fetched"
fi

failed=0
for manifest in Cargo.toml r/src/rust/Cargo.toml; do
  # What is skipped in one workspace may not be there in the other.
  deny --manifest-path "$manifest" --locked check --allow unmatched-skip --allow unnecessary-skip \
    licenses sources bans || failed=1
  if [ ${#advisories[@]} -gt 0 ]; then
    deny --manifest-path "$manifest" "${advisories[@]}" check advisories || failed=1
  fi
done
exit "$failed"
