#!/usr/bin/env bash
# The command and the Python package for Linux on arm64: compiled by Debian's own Rust and its C compiler for that processor,
# run under qemu. Called by `run.sh`, beside a local Cognito.
#
# The standard library is compiled too: the one that Debian has for arm64 can be installed only beside a C library and an
# LLVM for that processor, and with the same versions of each on both.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/platforms/debian_rust.sh arm64
target=aarch64-unknown-linux-gnu
command=$cross/$target/debug/cognitoken
wheels=$cross/arm64-wheel
python_root=$cross/arm64-python
c_library=/usr/aarch64-linux-gnu/lib
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc
# The command names the C library's place itself: with qemu's option for it (-L), threads hang.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-Clink-arg=-Wl,--dynamic-linker=$c_library/ld-linux-aarch64.so.1,-rpath=$c_library"

compile() {
  "$CARGO" build --quiet --locked "$build_std" --target "$target" --package cognitoken-cli
  aarch64-linux-gnu-readelf --file-header "$command" | grep -q 'Machine: *AArch64'
}

build_wheel() {
  rm -rf "$wheels"
  maturin build --profile dev --locked "$build_std" --target "$target" --compatibility linux \
    --manifest-path python/Cargo.toml --out "$wheels"
}

# Debian's Python for arm64 is unpacked and not installed: this system need not know of that processor.
unpack_python() {
  local new=$python_root.new
  local state=$new/apt
  rm -rf "$new"
  mkdir -p "$state"/{lists,cache/archives}/partial
  : >"$state/status"
  local options=(-qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=root
    -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache")
  apt-get "${options[@]}" update
  apt-get "${options[@]}" --yes --no-install-recommends --download-only install python3
  for package in "$state"/cache/archives/*.deb; do
    dpkg --extract "$package" "$new"
  done
  rm -r "$state"
  mv "$new" "$python_root"
}

sign_in_with_wheel() {
  local packages=$python_root/usr/lib/python3/dist-packages libraries
  rm -rf "$packages"/cognitoken*
  python -m zipfile -e "$wheels"/cognitoken-*-linux_aarch64.whl "$packages"
  libraries=$python_root/lib/aarch64-linux-gnu:$python_root/usr/lib/aarch64-linux-gnu
  local values=()
  for name in CLIENT_ID ENDPOINT JWKS_URL PASSWORD USER_NAME USER_POOL_ID; do
    local value=COGNITOKEN_TEST_$name
    values+=("COGNITO_$name=${!value}")
  done
  local home
  home=$(mktemp -d)
  (cd "$home" && env -i HOME="$home" LANG=C.UTF-8 PATH=/usr/bin:/bin "${values[@]}" qemu-aarch64-static \
    "$(find "$python_root" -name ld-linux-aarch64.so.1 | head -1)" --library-path "$libraries" \
    "$python_root/usr/bin/python3" -I "$root/tests/packages/sign_in.py")
  rm -r "$home"
}

step "the command, compiled" compile
step "the walk" tests/platforms/walk.sh "$command" qemu-aarch64-static
step "the wheel, built" build_wheel
[ -e "$python_root" ] || step "Python, unpacked" unpack_python
step "the wheel, signed in with" sign_in_with_wheel
