#!/bin/sh
# Puts the crates that the package is made of into src/rust/vendor.tar.xz, so that a tarball of the package installs without
# a network. The same Cargo.lock gives the same file, byte for byte. Needs cargo, GNU tar and xz; fetches from crates.io.
set -eu

cd "$(dirname "$0")/../src/rust"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo vendor --locked --versioned-dirs --quiet "$work/vendor" > /dev/null
tar --create --file "$work/vendor.tar" --directory "$work" --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 \
  --numeric-owner --mode=go=rX,u+rw vendor
# One thread: how xz cuts a file into blocks for several would depend on the machine.
xz -9 --threads=1 "$work/vendor.tar"
mv "$work/vendor.tar.xz" vendor.tar.xz
echo "src/rust/vendor.tar.xz: $(wc -c < vendor.tar.xz) bytes"
