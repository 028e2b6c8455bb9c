# What the scripts of this folder share. Sourced in the root of the repository.
#
# Installs what packages are built, checked and tried with into target/packages/.venv, unless it is there, and puts it on
# the path.

packages=$PWD/target/packages
# What is built here takes no jobs from the make that called.
unset MAKEFLAGS
export VIRTUAL_ENV=$packages/.venv
# On Windows, programs of a virtual environment are in Scripts.
export PATH=$VIRTUAL_ENV/bin:$VIRTUAL_ENV/Scripts:$PATH

# maturin and the local Cognito come in the versions that the tests use.
wanted_tools() { cat packaging/requirements.txt && grep -E '^(boto3|cryptography|maturin|ministack)==' requirements-dev.txt; }

if ! wanted_tools | cmp -s - "$VIRTUAL_ENV/installed.txt"; then
  echo "Installing the tools for packages"
  rm -rf "$VIRTUAL_ENV"
  "${PYTHON:-python3}" -m venv "$VIRTUAL_ENV"
  wanted_tools >"$packages/wanted.txt"
  python -m pip install --quiet --disable-pip-version-check --requirement "$packages/wanted.txt"
  mv "$packages/wanted.txt" "$VIRTUAL_ENV/installed.txt"
fi

# Has a release for Linux say nothing of the folders it was built in, and leave out the tables by which an exception would
# pass through C: no exception does. Options of rustc may follow.
set_release_flags() { # TARGET OPTION...
  local target=$1 sources
  shift
  cargo fetch --quiet --locked --target "$target"
  for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do set -- "$@" "--remap-path-prefix=$sources=crates"; done
  export RUSTFLAGS="--remap-path-prefix=$PWD=cognitoken $*"
  export "CFLAGS_${target//-/_}=-fno-asynchronous-unwind-tables -fno-unwind-tables"
}

# Fails if a file names the folder that it was built in, or that of a user's crates.
names_no_folder_of_ours() { # FILE
  ! grep --quiet --text --fixed-strings -e "$PWD/" -e "${CARGO_HOME:-$HOME/.cargo}/" "$1" ||
    { echo "$1 says where it was built." >&2; return 1; }
}
