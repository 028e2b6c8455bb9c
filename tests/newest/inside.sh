#!/usr/bin/env bash
# Mounts what the tests need into the chroot, and runs them there. Called by run.sh in a mount namespace of its own: the
# mounts end with it. Without the name of a Python, R's tests are all there is.
set -euo pipefail
root=$1 chroot=$2 python=${3:-}

mount --make-rprivate /
mount -t proc proc "$chroot/proc"
mount --rbind /dev "$chroot/dev"
# This folder at its own path, so that what Cargo has built is found again; what is written goes to memory.
layers=$(mktemp -d)
mount -t tmpfs tmpfs "$layers"
mkdir "$layers/upper" "$layers/work"
mkdir -p "$chroot$root"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$layers/upper,workdir=$layers/work" "$chroot$root"
if [ -n "$python" ]; then
  mount --bind "$root/target/newest/python" "$chroot/mnt"
  # A path that programs find which look at no variable, such as `python -I`.
  packages=$chroot/usr/local/lib/$python/dist-packages
  mkdir -p "$packages"
  printf '%s\n' /mnt "$root/python" >"$packages/mounted.pth"
fi
for tools in "${CARGO_HOME:-$HOME/.cargo}" "${RUSTUP_HOME:-$HOME/.rustup}"; do
  mkdir -p "$chroot$tools"
  mount --bind "$tools" "$chroot$tools"
done

failed=0
in_chroot() { # COMMAND...
  # CI means that a test which is skipped for want of something is a failure: redis and a keyring are not in here.
  chroot "$chroot" env --chdir="$root" --default-signal=INT -u CI -u R_LIBS -u VIRTUAL_ENV LANG=C.UTF-8 \
    PATH="$root/target/debug:/usr/bin:/bin:${CARGO_HOME:-$HOME/.cargo}/bin" R_LIBS=/var/local/r-library \
    CARGO_NET_OFFLINE=true COGNITOKEN_R_TARGET="$root/target" COGNITOKEN_R_PROFILE=dev \
    PYTHONDONTWRITEBYTECODE=1 PYTHON_COLORS=0 "$@"
}

mkdir -p "$chroot/var/local/r-library"
in_chroot Rscript -e 'cat("\n== R tests with ", R.version.string, ", httr2 ", format(packageVersion("httr2")), "\n", sep = "")'
if in_chroot R CMD INSTALL --no-docs --no-test-load --library=/var/local/r-library r >"$layers/log" 2>&1; then
  in_chroot Rscript --no-init-file -e \
    'testthat::test_local("r", load_package = "installed", reporter = testthat::CheckReporter$new())' || failed=1
else
  cat "$layers/log"
  failed=1
fi

[ -n "$python" ] || exit "$failed"
printf '\n== Python tests with %s\n' "$(in_chroot "$python" --version)"
# test_package.py is about the package as it is installed, and asks tools that are not in here, as test_editors.py does.
# That a process with threads is forked is what some tests are about.
in_chroot "$python" -W "ignore:This process:DeprecationWarning" -m pytest -q -p no:cacheprovider \
  -W "ignore:This process:DeprecationWarning" --ignore python/tests/test_package.py \
  --ignore python/tests/test_editors.py python || failed=1
exit "$failed"
