#!/usr/bin/env bash
# Runs the R tests with the newest R and httr2, and the Python tests with the newest CPython: in a chroot of Debian's
# testing suite, from the mirror that apt of this machine uses. Called by `make test-newest`, which has built everything.
#
# The chroot and the Python packages rest in target/newest, and are made anew after a week. Nothing else is written:
# inside, this folder is seen through an overlay that is gone afterwards.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/target/newest
chroot=$cache/debian
suite=testing
days_kept=7
imported="ministack cryptography boto3 pytest pytest-asyncio httpx requests aiohttp joblib distributed pycognito nbclient nbformat ipykernel pyte"
# What making the chroot may take, and what the tests may.
minutes_to_prepare=15
minutes_to_test=25

skip() {
  echo "The tests with the newest versions are skipped: $1"
  exit 0
}

mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -1
}

# Every step says what it does; what it prints is shown when it fails.
step() { # WORDS COMMAND...
  local words=$1
  shift
  echo "$words"
  "$@" >"$cache/log" 2>&1 || { tail -40 "$cache/log"; return 1; }
}

in_chroot() {
  chroot "$chroot" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

make_chroot() {
  local source=$1
  rm -rf "$chroot"
  debootstrap --variant=minbase "$suite" "$chroot" "$source"
  cp /etc/resolv.conf "$chroot/etc/"
  # Nothing that gets installed starts a service; a mirror's copy of the suite may be some weeks old.
  printf '#!/bin/sh\nexit 101\n' >"$chroot/usr/sbin/policy-rc.d"
  chmod +x "$chroot/usr/sbin/policy-rc.d"
  echo 'Acquire::Check-Valid-Until "false";' >"$chroot/etc/apt/apt.conf.d/mirror"
  in_chroot apt-get update -q
  local python
  python=$(in_chroot apt-cache pkgnames python3. | grep -E '^python3\.[0-9]+$' | sort -V | tail -1)
  in_chroot apt-get install -y -q --no-install-recommends \
    gcc libc6-dev make r-base-core r-base-dev r-cran-{askpass,future,httr2,jsonlite,knitr,repr,testthat,withr} \
    python3 "$python" "$python-venv" curl procps
  echo "$python" >"$chroot/newest-python"
  touch "$chroot/complete"
}

# What the Python tests import.
install_python_packages() {
  local version=${1#python} stamp
  stamp="$version $(sha256sum <"$root/requirements-dev.txt")"
  [ "$(cat "$cache/python/stamp" 2>/dev/null)" != "$stamp" ] || return 0
  rm -rf "$cache/python"
  grep -E "^($(tr ' ' '|' <<<"$imported"))==" "$root/requirements-dev.txt" >"$cache/requirements.txt"
  "$root/.venv/bin/python" -m pip install --quiet --only-binary=:all: --python-version "$version" --implementation cp \
    --target "$cache/python" --requirement "$cache/requirements.txt"
  echo "$stamp" >"$cache/python/stamp"
}

[ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || skip "a chroot wants root on Linux"
command -v apt-get >/dev/null || skip "there is no apt-get, which knows a mirror of Debian"
if ! command -v debootstrap >/dev/null; then
  apt-get install -y -qq --no-install-recommends debootstrap >/dev/null 2>&1 || skip "debootstrap cannot be installed"
fi
unshare -m true 2>/dev/null || skip "mounts are not allowed here"

mkdir -p "$cache"
[ -n "$(find "$chroot/complete" -mtime "-$days_kept" 2>/dev/null)" ] || rm -rf "$chroot"
if [ ! -e "$chroot" ]; then
  source=$(mirror)
  [ -n "$source" ] || skip "apt knows no mirror of Debian"
  export -f make_chroot in_chroot
  export chroot suite
  step "Making a chroot of Debian's $suite suite" timeout "$((minutes_to_prepare * 60))" unshare -m bash -euc \
    "make_chroot '$source'" || { rm -rf "$chroot"; skip "the suite could not be had from the mirror, see above"; }
fi
python=$(cat "$chroot/newest-python")
step "Installing what the Python tests import, for $python" install_python_packages "$python" ||
  skip "not all of it can be had for $python yet, see above"

# The services that the tests talk to run out here; the network is shared.
exec timeout --kill-after=30 "$((minutes_to_test * 60))" \
  "$root/.venv/bin/python" "$root/demo/local_cognito.py" run -- "$root/.venv/bin/python" "$root/tests/mock_wire" run -- \
  unshare -m "$root/tests/newest/inside.sh" "$root" "$chroot" "$python"
