#!/usr/bin/env bash
# Runs the R tests with the R and the httr2 of Debian 13 and with the newest ones, and the Python tests with the newest
# CPython: in chroots of Debian 13 and of Debian's testing suite, from the mirror that apt of this machine uses. Called by
# `make test-newest`, which has built everything.
#
# The chroots and the Python packages rest in target/newest, and are made anew after a week. Nothing else is written:
# inside, this folder is seen through an overlay that is gone afterwards. What can be done side by side is: making a chroot
# is mostly waiting for the mirror and the disk, and a test mostly for a service.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/target/newest
older_suite=trixie
newest=testing
days_kept=7
imported="ministack cryptography boto3 pytest pytest-asyncio httpx requests aiohttp joblib distributed pycognito nbclient nbformat ipykernel pyte"
# What the R package is built with, and what its tests use: services in Python, and `script` for a terminal.
packages=bsdutils,gcc,libc6-dev,make,python3,r-base-core$(printf ',r-cran-%s' askpass future httr2 jsonlite knitr repr testthat withr)
# What making a chroot may take, and what the tests may.
minutes_to_prepare=15
minutes_to_test=25

# In continuous integration, what is missing on the machine is a failure.
skip() {
  echo "The tests with newer versions are skipped: $1"
  [ -z "${CI:-}" ] || exit 1
  exit 0
}

mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -1
}

# A chroot without documentation and translations. A mirror's copy of a suite may be some weeks old.
make_chroot() { # SUITE
  local chroot=$cache/$1 excluded=() folder
  for folder in doc info javascript locale man; do excluded+=("--dpkgopt=path-exclude=/usr/share/$folder/*"); done
  timeout "$((minutes_to_prepare * 60))" mmdebstrap --quiet --variant=apt --skip=cleanup/apt/lists \
    --include="$packages" "${excluded[@]}" --dpkgopt=force-unsafe-io \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
    --aptopt='APT::Install-Recommends "false"' "$1" "$chroot" "$source" || return 1
  if [ "$1" = "$newest" ]; then add_python "$chroot" || return 1; fi
  touch "$chroot/complete"
}

# The newest CPython, which is not yet what `python3` of the suite is.
add_python() { # CHROOT
  local python
  python=$(in_chroot "$1" apt-cache pkgnames python3. | grep -E '^python3\.[0-9]+$' | sort -V | tail -1)
  cp /etc/resolv.conf "$1/etc/"
  in_chroot "$1" apt-get install -y -qq "$python" "$python-venv" curl procps >"$cache/log" 2>&1 ||
    { tail -40 "$cache/log"; return 1; }
  echo "$python" >"$1/newest-python"
}

in_chroot() { # CHROOT COMMAND...
  local chroot=$1
  shift
  chroot "$chroot" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# What the Python tests import.
install_python_packages() { # PYTHON
  local version=${1#python} stamp
  stamp="$version $(sha256sum <"$root/requirements-dev.txt")"
  [ "$(cat "$cache/python/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf "$cache/python"
  grep -E "^($(tr ' ' '|' <<<"$imported"))==" "$root/requirements-dev.txt" >"$cache/requirements.txt"
  "$root/.venv/bin/python" -m pip install --quiet --only-binary=:all: --python-version "$version" --implementation cp \
    --target "$cache/python" --requirement "$cache/requirements.txt" || return 1
  echo "$stamp" >"$cache/python/stamp"
}

# A suite's chroot and what its tests import, if they are not there yet. Nothing here decides what a suite is made of at the
# moment: where not all of it can be had, its tests are left out.
prepare() { # SUITE
  local chroot=$cache/$1 python
  [ -n "$(find "$chroot/complete" -mtime "-$days_kept" 2>/dev/null)" ] || rm -rf "$chroot"
  if [ ! -e "$chroot" ]; then
    echo "Making a chroot of Debian's $1 suite"
    make_chroot "$1" || { rm -rf "$chroot"; echo "Skipped: it could not be had from the mirror, see above"; return; }
  fi
  if [ "$1" = "$newest" ]; then
    python=$(cat "$chroot/newest-python")
    install_python_packages "$python" || { rm "$chroot/newest-python"; echo "Skipped: the Python tests, see above"; }
  fi
}

# The tests of a suite, beside services of their own that run out here; the network is shared.
test_in() { # SUITE
  local chroot=$cache/$1 services=("$root/demo/local_cognito.py" "$root/tests/mock_wire") beside=() service
  [ -e "$chroot/complete" ] || return 0
  for service in "${services[@]}"; do beside+=("$root/.venv/bin/python" "$service" run --); done
  timeout --kill-after=30 "$((minutes_to_test * 60))" "${beside[@]}" \
    unshare -m "$root/tests/newest/inside.sh" "$root" "$chroot" "$(cat "$chroot/newest-python" 2>/dev/null)"
}

# Does a function for both suites side by side, and shows what it says about the older one afterwards.
for_both() { # FUNCTION
  local failed=0 older
  "$1" "$older_suite" >"$cache/$older_suite.log" 2>&1 &
  older=$!
  "$1" "$newest" || failed=1
  wait "$older" || failed=1
  cat "$cache/$older_suite.log"
  return "$failed"
}

[ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || skip "a chroot wants root on Linux"
command -v apt-get >/dev/null || skip "there is no apt-get, which knows a mirror of Debian"
if ! command -v mmdebstrap >/dev/null; then
  apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null 2>&1 || skip "mmdebstrap cannot be installed"
fi
unshare -m true 2>/dev/null || skip "mounts are not allowed here"

mkdir -p "$cache"
source=$(mirror)
[ -n "$source" ] || skip "apt knows no mirror of Debian"
for_both prepare
for_both test_in
