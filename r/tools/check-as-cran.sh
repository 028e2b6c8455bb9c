#!/bin/sh
# Makes the tarball as CRAN would get it, and has R check it as CRAN does. Fails on an error, on a warning, and on a note
# that cran-comments.md has no heading for. Options are passed on to R CMD check. What cargo builds is kept in
# COGNITOKEN_R_TARGET, in a folder of its own: the crates of the tarball are not those of the repository.
set -eu

package=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
# With the crates beside it, the package would be built from them where it is, and not from those of Cargo.lock.
trap 'rm -rf "$work" "$package/src/rust/vendor.tar.xz"' EXIT
if [ -n "${COGNITOKEN_R_TARGET:-}" ]; then export COGNITOKEN_R_TARGET="$COGNITOKEN_R_TARGET/r-tarball"; fi

"${PYTHON:-python3}" "$package/tools/vendor.py"
cd "$work"
R CMD build "$package"
tarball=$(echo cognitoken_*.tar.gz)
size=$(wc -c < "$tarball")
if [ "$size" -gt 10000000 ]; then
  echo "$tarball has $size bytes; CRAN takes 10 MB at most."
  exit 1
fi
# An index of CRAN with no package in it: what asks a server, and the manual without LaTeX, would depend on the machine.
mkdir -p cran/web/packages
Rscript -e 'saveRDS(data.frame(Package = character(), Maintainer = character()), "cran/web/packages/packages.rds")'
export R_CRAN_WEB="file://$work/cran"
command -v pdflatex > /dev/null || set -- "$@" --no-manual
_R_CHECK_CRAN_INCOMING_REMOTE_=false _R_CHECK_SYSTEM_CLOCK_=false _R_CHECK_FORCE_SUGGESTS_=false \
  R CMD check --as-cran "$@" "$tarball" || true

log=cognitoken.Rcheck/00check.log
if ! grep -q '^Status:' "$log" || grep -qE '^Status:.*(ERROR|WARNING)' "$log"; then
  cat cognitoken.Rcheck/00install.out cognitoken.Rcheck/tests/*.fail 2> /dev/null || true
  exit 1
fi
sed -n 's/^\* \(checking .*\) \.\.\..* NOTE$/\1/p' "$log" | while read -r note; do
  grep -qxF "## $note" "$package/cran-comments.md" || {
    echo "cran-comments.md does not explain the note of '$note'."
    exit 1
  }
done
echo "The tarball ($size bytes) passes R CMD check."
