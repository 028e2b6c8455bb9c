#!/usr/bin/env bash
# Makes the tarball of the R package with all crates in it, has R check it as CRAN does, where there is no network, and signs
# in with what the check has installed. Called by `make r-tarball`. Options are passed on to R CMD check.
#
# Fails on an error, on a warning, on a note that r/cran-comments.md has no heading for, and on anything that is written into
# the home folder. The tarball and its checksum are left in target/packages/r.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
outcome=$root/target/packages/r
# Far from the repository, and the same each time: cargo knows again what it has built there.
work=${TMPDIR:-/tmp}/cognitoken-r-tarball-$(id -u)
# The makefiles of R take no jobs from the make that called.
unset MAKEFLAGS
# CRAN's limit for sources of Rust crates.
largest_tarball=10000000

fail() {
  echo "$1" >&2
  exit 1
}

# The crates change with the lock file alone, and take more than a minute of one core to compress.
put_crates() {
  local key
  key=$(cat "$root/r/src/rust/Cargo.lock" "$root/r/tools/vendor.py" | sha256sum)
  if [ "$(cat "$outcome/vendor.key" 2>/dev/null)" != "$key" ]; then
    "${PYTHON:-python3}" "$root/r/tools/vendor.py" "$outcome/vendor.tar.xz"
    echo "$key" >"$outcome/vendor.key"
  fi
}

# R CMD build installs the package to make the vignette. The crates come into the tarball afterwards: this installation takes
# them from where cargo keeps them, and what the repository's own build made of them.
make_tarball() {
  put_crates &
  local crates=$!
  (cd "$work" && R CMD build "$root/r")
  wait "$crates"
  tarball=$(basename "$work"/cognitoken_*.tar.gz)
  (
    cd "$work"
    tar -xzf "$tarball"
    cp "$outcome/vendor.tar.xz" cognitoken/src/rust/
    Rscript --vanilla -e 'tar(commandArgs(TRUE), "cognitoken", "gzip", compression_level = 9, tar = "internal")' "$tarball"
    rm -r cognitoken
  )
  size=$(wc -c <"$work/$tarball")
  [ "$size" -le "$largest_tarball" ] || fail "$tarball has $size bytes; CRAN takes $largest_tarball at most."
}

# Runs a command where no interface but the loopback is up.
without_network() {
  local namespace=(unshare --net)
  [ "$(id -u)" = 0 ] || namespace+=(--map-root-user)
  if "${namespace[@]}" true 2>/dev/null; then
    "${namespace[@]}" sh -c 'ip link set lo up && exec "$@"' sh "$@"
  else
    [ -z "${CI:-}" ] || fail "CI has to check the tarball without a network; unshare --net failed."
    echo "No network can be taken away here; cargo's own --offline has to do."
    "$@"
  fi
}

# rustup is found by its own variable where HOME is another folder. An index of CRAN with no package in it: what asks a
# server, and the manual without LaTeX, would depend on the machine.
check_as_cran() {
  mkdir -p "$work/home" "$work/cran/web/packages"
  Rscript --vanilla -e 'saveRDS(data.frame(Package = character(), Maintainer = character()), commandArgs(TRUE))' \
    "$work/cran/web/packages/packages.rds"
  command -v pdflatex >/dev/null || set -- "$@" --no-manual
  local user_library
  user_library=$(Rscript --no-init-file -e 'cat(Sys.getenv("R_LIBS_USER"))')
  (
    cd "$work"
    unset CARGO_TARGET_DIR R_LIBS XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
    export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} HOME=$work/home R_LIBS_USER=$user_library
    export COGNITOKEN_R_TARGET=${COGNITOKEN_R_TARGET:-$root/target}/r-tarball
    # As users build it: what R finds in the library, and its size, are those of this profile.
    export COGNITOKEN_R_PROFILE=release
    export R_CRAN_WEB="file://$work/cran" _R_CHECK_CRAN_INCOMING_REMOTE_=false _R_CHECK_SYSTEM_CLOCK_=false
    export _R_CHECK_FORCE_SUGGESTS_=false
    without_network R CMD check --as-cran "$@" "$tarball"
  ) || true
}

look_at_check() {
  local check=$work/cognitoken.Rcheck log=$work/cognitoken.Rcheck/00check.log note
  if ! grep -q '^Status:' "$log" || grep -qE '^Status:.*(ERROR|WARNING)' "$log"; then
    cat "$check/00install.out" "$check"/tests/*.fail 2>/dev/null || true
    fail "R CMD check found something, see above."
  fi
  while read -r note; do
    grep -qxF "## $note" "$root/r/cran-comments.md" || fail "r/cran-comments.md does not explain the note of '$note'."
  done < <(sed -n 's/^\* \(checking .*\) \.\.\..* NOTE$/\1/p' "$log")
  local written
  written=$(find "$work/home" -mindepth 1)
  [ -z "$written" ] || fail "Installing and checking wrote this into the home folder: $written"
}

rm -rf "$work"
mkdir -m 700 "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$outcome"
make_tarball
check_as_cran "$@"
look_at_check
python "$root/demo/local_cognito.py" run -- \
  env -C "$work/home" R_LIBS="$work/cognitoken.Rcheck" Rscript --vanilla "$root/tests/packages/use_r_package.R"
rm -f "$outcome"/cognitoken_*
mv "$work/$tarball" "$work/cognitoken.Rcheck/00check.log" "$outcome/"
(cd "$outcome" && sha256sum "$tarball" >"$tarball.sha256")
echo "The tarball passes R CMD check and signs in: target/packages/r/$tarball, $size bytes"
