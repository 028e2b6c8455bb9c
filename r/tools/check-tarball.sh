#!/bin/sh
# Builds the tarball, installs it far from the repository into a library of its own, and uses it. What cargo builds goes
# into COGNITOKEN_R_TARGET (default: a folder that is removed), so that a second run is quick.
set -eu

package=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export COGNITOKEN_R_TARGET="${COGNITOKEN_R_TARGET:-$work/target}"

mkdir "$work/library" "$work/elsewhere"
cd "$work/elsewhere"
R CMD build --no-build-vignettes "$package"
tar -xzf cognitoken_*.tar.gz
# cargo knows files by their time: it shall compile these, not take them for those of the repository.
find cognitoken/src/rust -name '*.rs' -exec touch {} +
R CMD INSTALL --library="$work/library" cognitoken

cat > use.R <<'END'
library(cognitoken)
token <- "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
stopifnot(identical(decode_jwt(token)$payload$sub, "ada"))
refused <- tryCatch(decode_jwt("a"), cognitoken_error_token_invalid = function(error) "refused")
stopifnot(identical(refused, "refused"))
END
R_LIBS="$work/library" Rscript use.R
echo "The tarball installs and works."
