# Installs what packages are built, checked and tried with into target/packages/.venv, unless it is there, and puts it on
# the path. Sourced by the scripts of this folder, in the root of the repository.

packages=$PWD/target/packages
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
