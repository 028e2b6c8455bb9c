#!/usr/bin/env bash
# Runs the R package's configure.win, and make on the Makevars.win that it writes, with stand-ins for the programs of Rtools
# and Rust that record how they are called; then configure as on macOS. Called by `make test`; needs make and nothing of
# Windows or Apple.
#
# `C:/...` is a path that Rtools' shell makes of `/...`. Here a link `C:` to the root stands beside what reads it.
set -euo pipefail
package=$(cd "$(dirname "$0")/../../r" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0

# The programs of a system without Rust.
system=$work/system
mkdir "$system"
for name in cat dirname env make mkdir printf rm sed sh tar tr true xz; do
  ln -s "$(type -P "$name")" "$system/$name"
done

program() { # NAME LINES...
  local file=$work/programs/$1
  shift
  mkdir -p "$(dirname "$file")"
  printf '%s\n' '#!/bin/sh' "$@" >"$file"
  chmod +x "$file"
}

# The programs of an R for this processor, compiled by this compiler.
rtools() { # PROCESSOR COMPILER PROGRAMS...
  rm -rf "$work/programs"
  program R/bin/Rscript "printf '%s' '$1 $2'"
  program R/bin/x64/Rscript "printf '%s' '$1 $2'"
  program uname 'echo MSYS_NT-10.0-26100'
  program cygpath 'case $1 in --mixed) printf "C:%s\n" "$2" ;; --unix) printf "%s\n" "${2#C:}" ;; esac'
  program rustc 'case $1 in --version) echo "rustc 99.0.0 (0000000 2026-01-01)" ;; *) echo "C:'"$work"'/toolchain" ;; esac'
  program cargo '[ "$1" != --version ] || { echo "cargo 99.0.0 (0000000 2026-01-01)"; exit; }' 'pwd -P >"$RECORD"; printf "%s\n" "$@" >>"$RECORD"; env >>"$RECORD"'
  shift 2
  local name
  for name in "$@"; do program "$name" 'exit 0'; done
}

# A package in a folder whose name has a space, as the names of people have.
new_package() {
  rm -rf "$work/Ada Lovelace" "$work/toolchain" "$work/C:"
  mkdir -p "$work/Ada Lovelace" "$work/toolchain/lib/rustlib/$1/lib"
  cp -R "$package" "$work/Ada Lovelace/cognitoken"
  cd "$work/Ada Lovelace/cognitoken"
  rm -rf src/rust/core src/rust/surface src/rust/target
  mkdir src/rust/core src/rust/surface
  touch src/rust/core/Cargo.toml src/rust/surface/Cargo.toml
  ln -s / C:
  ln -s / src/C:
  ln -s / src/rust/C:
}

configure() { # VARIABLES...
  env -i PATH="$work/programs:$system" HOME="$work" USERPROFILE="C:$work" RECORD="$work/record" \
    R_HOME="$work/programs/R" "$@" sh ./configure.win >"$work/output" 2>&1
}

# What the makefiles of R for Windows say, as far as the package's own needs it. Prints how the library is linked.
link() { # VARIABLES...
  rm -f "$work/record"
  printf '%s\n' 'cognitoken.dll:' $'\t@printf "%s\\n" $(PKG_LIBS)' >"$work/winshlib.mk"
  (cd src && env -i PATH="$work/programs:$system" RECORD="$work/record" \
    make --no-print-directory -f Makevars.win -f "$work/winshlib.mk" SHLIB=cognitoken.dll "$@" all)
}

fail() {
  printf '%s\n' "$test: $1" "The output is:" >&2
  cat "$work/output" >&2
  exit 1
}

has_line() { # FILE LINE
  grep -qxF -- "$2" "$1" || { cat "$1" >&2 && fail "this line is missing: $2"; }
}

starts_test() {
  test=$1
  : >"$work/output"
}

passes() { passed=$((passed + 1)); }

starts_test "R for x86_64 asks Rtools' gcc"
rtools x86_64 "gcc 14.2.0" x86_64-w64-mingw32.static.posix-gcc
new_package x86_64-pc-windows-gnu
configure R_ARCH_BIN=/x64 || fail "configure failed"
link CC="gcc -m64" AR=ar >"$work/linked" || fail "make failed"
grep -q '^cognitoken: rustc 99.0.0 (.*), cargo 99.0.0 (.*), profile release' "$work/output" || fail "no versions"
built="C:$work/Ada Lovelace/cognitoken/src/rust/target"
has_line "$work/record" "$work/Ada Lovelace/cognitoken/src"
for line in build --lib --locked --profile release --manifest-path rust/Cargo.toml --target-dir "$built" \
  --target x86_64-pc-windows-gnu CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32.static.posix-gcc \
  "CC_x86_64_pc_windows_gnu=gcc -m64" AR_x86_64_pc_windows_gnu=ar "LIBRARY_PATH=$built/empty" \
  AWS_LC_SYS_PREBUILT_NASM=1 AWS_LC_SYS_NO_JITTER_ENTROPY=1; do
  has_line "$work/record" "$line"
done
for line in "-L$built/x86_64-pc-windows-gnu/release" -lcognitoken_r -lws2_32 -lbcrypt -l:libpthread.a; do
  has_line "$work/linked" "$line"
done
[ ! -e src/rust/target ] || fail "the target folder is left in the package"
sh ./cleanup.win && [ ! -e src/Makevars.win ] || fail "cleanup.win leaves src/Makevars.win"
passes

starts_test "A tarball with all crates asks for no network and two jobs"
mkdir -p "$work/vendor"
tar -cJf src/rust/vendor.tar.xz -C "$work" vendor
configure R_ARCH_BIN=/x64 COGNITOKEN_R_TARGET="$work/kept" COGNITOKEN_R_PROFILE=dev || fail "configure failed"
link CC=gcc AR=ar >"$work/linked" || fail "make failed"
for line in --offline --jobs 2 --profile dev "CARGO_HOME=C:$work/kept/cargo-home"; do
  has_line "$work/record" "$line"
done
has_line "$work/kept/cargo-home/config.toml" "directory = \"C:$work/Ada Lovelace/cognitoken/src/rust/vendor\""
has_line "$work/linked" "-LC:$work/kept/x86_64-pc-windows-gnu/debug"
[ -e "$work/kept/empty/libgcc_eh.a" ] || fail "there is no empty libgcc_eh"
passes

starts_test "R for arm64 asks clang"
rtools aarch64 "clang 19.1.7" clang
new_package aarch64-pc-windows-gnullvm
# rustup's folder is not on the path.
mkdir -p "$work/.cargo/bin"
mv "$work/programs/cargo" "$work/programs/rustc" "$work/.cargo/bin/"
configure || fail "configure failed"
link CC=clang AR=llvm-ar >"$work/linked" || fail "make failed"
for line in aarch64-pc-windows-gnullvm CARGO_TARGET_AARCH64_PC_WINDOWS_GNULLVM_LINKER=clang \
  CC_aarch64_pc_windows_gnullvm=clang AR_aarch64_pc_windows_gnullvm=llvm-ar; do
  has_line "$work/record" "$line"
done
! grep -q pthread "$work/linked" || fail "libpthread is gcc's"
rm -r "$work/.cargo"
passes

refuses() { # TEST WORDS VARIABLES...
  starts_test "$1"
  local words=$2
  shift 2
  ! configure "$@" || fail "configure should have failed"
  grep -qF -- "$words" "$work/output" || fail "these words are missing: $words"
  passes
}

rtools x86_64 "gcc 14.2.0" x86_64-w64-mingw32.static.posix-gcc
new_package x86_64-pc-windows-msvc
refuses "A rustc that cannot build for R" "rustup target add x86_64-pc-windows-gnu" R_ARCH_BIN=/x64

rtools i386 "gcc 8.3.0" gcc
refuses "An R of 32 bits" "it has to be x86_64 or aarch64"

rtools x86_64 "clang 19.1.7"
new_package x86_64-pc-windows-gnullvm
refuses "No Rtools" "clang was not found; it comes with Rtools"

rtools x86_64 "gcc 14.2.0" x86_64-w64-mingw32.static.posix-gcc
new_package x86_64-pc-windows-gnu
rm -r src/rust/core
printf '../../../core' >src/rust/core
refuses "A link of git that became a file" "git clone -c core.symlinks=true"
rm src/rust/core
refuses "A package without the core library" "src/rust/core is missing"

starts_test "macOS"
program uname 'echo Darwin'
new_package any
env -i PATH="$work/programs:$system" HOME="$work" sh ./configure >"$work/output" 2>&1 || fail "configure failed"
mv src/Makevars src/Makevars.win
link >"$work/linked" || fail "make failed"
has_line "$work/record" MACOSX_DEPLOYMENT_TARGET=11.0
for line in -framework Security SystemConfiguration CoreFoundation -liconv; do has_line "$work/linked" "$line"; done
passes

echo "$passed passed"
