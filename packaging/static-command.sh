#!/usr/bin/env bash
# Builds the command as one file that needs nothing of a Linux system, packs it into target/packages/static-command with a
# checksum, and uses it far from the repository. Called by `make static-command`.
#
# TARGET: the platform it is for, as rustc names it, such as aarch64-unknown-linux-musl; without it, this machine's processor.
#   A command for another processor is not used here.
#
# zig is the C compiler and linker, and brings musl. Rust's standard library for musl comes with the toolchain, after
# `rustup target add`; else Debian's Rust, which has its source, compiles it.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/tools.sh
here=$(uname -m)-unknown-linux-musl
target=${1:-$here}
commands=$packages/static-command
export CARGO_TARGET_DIR=$packages/static-build

fail() {
  echo "$1" >&2
  exit 1
}

has_standard_library() { # RUSTC
  compgen -G "$("$1" --print target-libdir --target "$target")/libstd-*.rlib" >/dev/null
}

options=(--release --locked --target "$target" --package cognitoken-cli)
if ! has_standard_library rustc; then
  setup/prerequisites.sh musl
  export CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
  options+=(-Zbuild-std=std,panic_unwind)
fi
# The files with which a program for musl begins and ends are zig's.
set_release_flags "$target" -Clink-self-contained=no
cargo-zigbuild zigbuild "${options[@]}"
built=$CARGO_TARGET_DIR/$target/release/cognitoken

if readelf --program-headers "$built" | grep INTERP || readelf --dynamic "$built" | grep NEEDED; then
  fail "The command is not static."
fi
names_no_folder_of_ours "$built"

package=$(cargo pkgid --package cognitoken-cli)
name=cognitoken-${package##*[@#]}-$target
rm -rf "$commands"
mkdir -p "$commands/$name"
cp "$built" LICENSE-* "$commands/$name"
tar --create --directory "$commands" --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$name" |
  gzip --no-name --best >"$commands/$name.tar.gz"
rm -r "${commands:?}/$name"
(cd "$commands" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
printf '%s: %d bytes, the command in it %d\n' "$name.tar.gz" "$(wc -c <"$commands/$name.tar.gz")" "$(wc -c <"$built")"

[ "$target" = "$here" ] || exit 0
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
cp "$commands/$name.tar.gz" "$commands/$name.tar.gz.sha256" "$elsewhere"
(cd "$elsewhere" && sha256sum --quiet --check "$name.tar.gz.sha256" && tar -xzf "$name.tar.gz")
command=$elsewhere/$name/cognitoken
version=$(cd "$elsewhere" && env -i PATH=/usr/bin:/bin "$command" --version)
[ "$version" = "cognitoken ${package##*[@#]}" ] || fail "The command says '$version' of its version."
python demo/local_cognito.py run -- tests/platforms/walk.sh "$command"
