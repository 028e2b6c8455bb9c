#!/usr/bin/env bash
# Builds a wheel into target/packages/wheel, checks what is in it, and uses it on every CPython of this machine. Called by
# `make wheel`. Arguments, each of which may be empty:
#
# TARGET: the platform it is for, as rustc names it, such as aarch64-unknown-linux-musl; without it, this machine's. A wheel
#   for another platform is not used here.
# INTERPRETER: a Python for which alone it is built, such as python3.14t. Without it, the wheel is for every CPython from
#   3.10 on that is not free-threaded; a free-threaded one cannot load it.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/tools.sh
here=$(rustc --print host-tuple)
target=${1:-$here}
interpreter=${2:-}
wheels=$packages/wheel

# In bytes, for x86_64 Linux: a package that is downloaded often should not weigh much.
largest_wheel=3600000
largest_installed=8000000

options=(--release --locked --manifest-path python/Cargo.toml --target "$target" --out "$wheels")
# zig links for the oldest glibc, or the oldest musl, that the tag of the wheel names.
case $target in
  *-linux-gnu*) options+=(--zig --compatibility manylinux2014) ;;
  *-linux-musl*) options+=(--zig --compatibility musllinux_1_2) ;;
esac
[ -z "$interpreter" ] || options+=(--interpreter "$interpreter")

within() { # LIMIT BYTES WORDS
  printf '%s: %d bytes; the limit is %d\n' "$3" "$2" "$1"
  [ "$2" -le "$1" ]
}

case $target in
  *-linux-*) set_release_flags "$target" ;;
esac

rm -rf "$wheels"
maturin build "${options[@]}"
wheel=$(echo "$wheels"/cognitoken-*.whl)
python packaging/recompress.py "$wheel"

twine check --strict "$wheel"
check-wheel-contents "$wheel"
case $wheel in
  *-abi3-*) abi3audit --strict --summary "$wheel" ;;
esac
case $target in
  *-linux-*)
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    python -m zipfile -e "$wheel" "$unpacked"
    names_no_folder_of_ours "$(find "$unpacked" -name '_cognitoken*.so')"
    ;;
esac
case $target in
  x86_64-*-linux-gnu)
    auditwheel show "$wheel" | tee "$packages/auditwheel.txt"
    grep -q '"manylinux_2_17_x86_64"' "$packages/auditwheel.txt"
    ;;
esac

if [[ $here == *windows* ]]; then
  echo "The wheel is not used: the local Cognito does not run on Windows."
elif [ "$target" = "$here" ]; then
  python demo/local_cognito.py run -- python tests/packages/use_wheel.py "$wheel" ${interpreter:+"$interpreter"}
fi

if [[ $target == x86_64-*-linux-gnu ]]; then
  installed=$(python -m zipfile -l "$wheel" | awk 'NR > 1 { n += $NF } END { print n }')
  within "$largest_installed" "$installed" "What it installs"
  within "$largest_wheel" "$(wc -c <"$wheel")" "The wheel"
fi
