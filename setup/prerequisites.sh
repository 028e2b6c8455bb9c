#!/usr/bin/env bash
# Finds out whether this machine can build and test cognitoken. What is missing is installed with apt-get when that is
# possible without asking (Debian or Ubuntu, as root), and named in one line otherwise. With the argument `tests`, `packages`,
# `r-tarball` or `bench`: the same for what only tests, packages, the check of the R package or benchmarks want, each of which
# is left out without it: Chromium and a font for the sign-in page and for pictures, redis and a keyring for the stores, plumber
# and GNU parallel for the examples, R's repr and kernel for notebooks, checkbashisms and rmarkdown for R CMD check, Node and
# R's openssl for peers. With `cross` or `musl`: what builds and runs for other platforms, without which that fails.
set -euo pipefail

PYTHON=${PYTHON:-python3}
oldest_rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$(dirname "$0")/../core/Cargo.toml")
packages=()

# On Windows, Rust finds Microsoft's compiler by itself.
c_compiler() { command -v cc >/dev/null || [ "${OS:-}" = Windows_NT ]; }
certificates() { [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ]; }
curl_command() { command -v curl >/dev/null; }
python_with_venv() { "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }
r_itself() { command -v Rscript >/dev/null; }
r_package() { Rscript --vanilla -e "quit(status = !nzchar(system.file(package = '$1')))" >/dev/null 2>&1; }

missing() {
  packages=()
  c_compiler || packages+=(build-essential)
  certificates || packages+=(ca-certificates)
  curl_command || packages+=(curl)
  python_with_venv || packages+=(python3 python3-venv)
  r_itself || packages+=(r-base-core)
  for package in httr2 jsonlite knitr lintr roxygen2 testthat; do
    { r_itself && r_package "$package"; } || packages+=("r-cran-$package")
  done
}

install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing: $*"
    export DEBIAN_FRONTEND=noninteractive
    local log
    log=$(mktemp)
    if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
      tail -20 "$log" >&2
    fi
    rm -f "$log"
  fi
}

chromium_browser() { command -v chromium || command -v chromium-browser; }

# Without a font, Chromium draws no letters.
fonts() { [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || [ ! -e /etc/debian_version ]; }

missing_for_stores() {
  command -v redis-server >/dev/null || packages+=(redis-server)
  command -v gnome-keyring-daemon >/dev/null || packages+=(gnome-keyring)
  command -v dbus-run-session >/dev/null || packages+=(dbus)
}

missing_for_tests() {
  packages=()
  chromium_browser >/dev/null || packages+=(chromium)
  missing_for_stores
  fonts || packages+=(fonts-dejavu-core)
  r_package future || packages+=(r-cran-future)
  r_package IRkernel || packages+=(r-cran-irkernel)
  r_package repr || packages+=(r-cran-repr)
  r_package plumber || packages+=(r-cran-plumber)
  command -v parallel >/dev/null || packages+=(parallel)
}

missing_for_r-tarball() {
  packages=()
  command -v checkbashisms >/dev/null || packages+=(devscripts)
  command -v xz >/dev/null || packages+=(xz-utils)
  command -v pandoc >/dev/null || packages+=(pandoc)
  command -v qpdf >/dev/null || packages+=(qpdf)
  { command -v ip || [ ! -e /etc/debian_version ]; } >/dev/null || packages+=(iproute2)
  r_package openssl || packages+=(r-cran-openssl)
  r_package rstudioapi || packages+=(r-cran-rstudioapi)
  r_package rmarkdown || packages+=(r-cran-rmarkdown)
}

missing_for_packages() {
  packages=()
  c_compiler || packages+=(build-essential)
  certificates || packages+=(ca-certificates)
  python_with_venv || packages+=(python3 python3-venv)
}

missing_for_bench() {
  packages=()
  missing_for_stores
  r_package openssl || packages+=(r-cran-openssl)
  { command -v node && command -v npm; } >/dev/null || packages+=(nodejs npm)
}

# Debian has an older Rust under the same names too.
recent_rust() {
  [ -x /usr/bin/cargo ] && /usr/bin/rustc --version | awk -v oldest="$oldest_rust" '{ print oldest "\n" $2 }' | sort -VC
} 2>/dev/null

# Debian's own Rust, with the source of the standard library.
missing_for_other_targets() {
  recent_rust || packages+=(rustc-web cargo-web)
  [ -e /usr/lib/rustlib/src/rust/library/Cargo.lock ] || packages+=(rust-web-src)
}

# Lints, a C compiler for Windows, and wine.
missing_for_windows() {
  [ -x /usr/bin/clippy-driver ] || packages+=(rust-web-clippy)
  command -v x86_64-w64-mingw32-gcc >/dev/null || packages+=(gcc-mingw-w64-x86-64-win32)
  { command -v wine64 || [ -x /usr/lib/wine/wine64 ]; } >/dev/null || packages+=(wine64)
}

# A C compiler and a C library for arm64, and qemu.
missing_for_arm64() {
  command -v aarch64-linux-gnu-gcc >/dev/null || packages+=(gcc-aarch64-linux-gnu)
  [ -e /usr/aarch64-linux-gnu/include/stdio.h ] || packages+=(libc6-dev-arm64-cross)
  command -v qemu-aarch64-static >/dev/null || packages+=(qemu-user-static)
}

missing_for_cross() {
  packages=()
  missing_for_other_targets
  missing_for_windows
  missing_for_arm64
}

missing_for_musl() {
  packages=()
  missing_for_other_targets
}

case ${1:-} in
  tests | packages | r-tarball | bench | cross | musl)
    "missing_for_$1"
    if [ ${#packages[@]} -gt 0 ]; then
      install "${packages[@]}"
      "missing_for_$1"
    fi
    [ ${#packages[@]} -gt 0 ] || exit 0
    case $1 in
      cross | musl)
        echo "Missing on this machine; install it with: sudo apt-get install ${packages[*]}" >&2
        exit 1
        ;;
    esac
    echo "Some of it is left out here; install what it wants with: sudo apt-get install ${packages[*]}" >&2
    exit
    ;;
esac

missing
if [ ${#packages[@]} -gt 0 ]; then
  install "${packages[@]}"
  missing
fi
if [ ${#packages[@]} -gt 0 ]; then
  echo "Missing on this machine; install it with: sudo apt-get install ${packages[*]}" >&2
  exit 1
fi
if ! command -v cargo >/dev/null; then
  echo "Missing on this machine: Rust $oldest_rust or newer; install it from https://rustup.rs" >&2
  exit 1
fi
if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "$PYTHON is $("$PYTHON" --version 2>&1); Python 3.10 or newer is needed: make PYTHON=python3.12 ..." >&2
  exit 1
fi
