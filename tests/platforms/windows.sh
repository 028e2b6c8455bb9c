#!/usr/bin/env bash
# The workspace and the R package's crate for Windows: compiled under clippy by Debian's own Rust and mingw, run under wine.
# Called by `run.sh`, beside a local Cognito.
#
# clippy compiles each crate of ours as rustc does, so that what it looked at is what runs; the standard library has to be
# compiled too, for Debian has none for Windows.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/platforms/debian_rust.sh Windows
target=x86_64-pc-windows-gnu
built=$cross/$target/debug

# The lint that is left out takes a const for none where the target has no thread-local variables of its own.
export RUSTC_WORKSPACE_WRAPPER=/usr/bin/clippy-driver CLIPPY_CONF_DIR=$root
printf -v CLIPPY_ARGS '%s__CLIPPY_HACKERY__' -Dwarnings -Aclippy::missing_const_for_thread_local
export CLIPPY_ARGS
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc
flags=(--quiet --locked "$build_std" --target "$target")

wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
export WINEPREFIX=$cross/wine WINEDEBUG=-all
# A test program that comes to a standstill is a failure, and not the end of everything.
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="timeout --kill-after 10 600 $wine" RUST_TEST_THREADS=4
unset DISPLAY WAYLAND_DISPLAY RUST_BACKTRACE
# What the machine that runs this trusts and proxies is not there in Windows.
unset SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE AWS_CA_BUNDLE
trap '"$(dirname "$wine")/wineserver64" -k 2>/dev/null || true' EXIT

workspace() {
  "$CARGO" build "${flags[@]}" --workspace --all-targets
}

r_crate() {
  R_HOME=/usr/lib/R R_INCLUDE_DIR=/usr/share/R/include "$CARGO" build "${flags[@]}" --manifest-path r/src/rust/Cargo.toml
}

# Links the R package's library as R for Windows does, with what R itself gives put in its place: an import library of the
# symbols that R defines here.
r_library() {
  local folder=$cross/r-windows libraries exported
  mkdir -p "$folder"
  libraries=$(sed -n -e 's/^ *system_libraries="\(-lws2_32 .*\)"$/\1/p' \
    -e 's/^ *system_libraries="$system_libraries \(-l.*\)"$/\1/p' r/configure)
  x86_64-w64-mingw32-gcc -c -O1 -I/usr/share/R/include -o "$folder/entrypoint.o" r/src/entrypoint.c
  x86_64-w64-mingw32-nm --undefined-only --format=posix "$folder/entrypoint.o" "$built/libcognitoken_r.a" 2>/dev/null |
    awk 'NF > 1 { print $1 }' | sort -u >"$folder/undefined"
  {
    printf 'LIBRARY R.dll\nEXPORTS\n'
    nm --dynamic --defined-only --format=posix /usr/lib/R/lib/libR.so | sed 's/@[^ ]*//' | sort |
      join "$folder/undefined" - | awk '{ print " " $1, ($2 ~ /^[BD]$/ ? "DATA" : "") }'
  } >"$folder/R.def"
  x86_64-w64-mingw32-dlltool --input-def "$folder/R.def" --output-lib "$folder/libR.dll.a"
  # shellcheck disable=SC2086 # a list of options
  x86_64-w64-mingw32-gcc -shared -static-libgcc -o "$folder/cognitoken.dll" r/src/cognitoken-win.def "$folder/entrypoint.o" \
    -L"$built" -lcognitoken_r $libraries "$folder/libR.dll.a"
  exported=$(x86_64-w64-mingw32-objdump --private-headers "$folder/cognitoken.dll" |
    awk '/Ordinal\/Name Pointer/ { names = 1; next } names && NF == 0 { exit } names { print $NF }')
  [ "$exported" = R_init_cognitoken ] || { echo "cognitoken.dll exports: $exported"; return 1; }
}

# wine 8 lacks the one function that Rust's standard library takes random numbers from.
make_windows() {
  "$wine" wineboot -i
  local library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
  [ -e "$library" ] || x86_64-w64-mingw32-gcc -shared -o "$library" tests/platforms/bcryptprimitives.c -ladvapi32
}

walk_with() { # STORE
  WALK_STORE=$1 tests/platforms/walk.sh "$built/cognitoken.exe" "$wine"
}

# wine 8 replaces no file that is open, and keeps the name of a removed one until it is closed; Windows does neither. With
# hundreds of connections in one process it comes to a standstill.
left_out=(
  --skip a_file_takes_the_place_of_one_that_somebody_reads
  --skip a_lock_file_that_was_removed_and_made_anew_is_another_one
  --skip more_silent_connections_than_are_held_do_not_delay_the_browser
  --skip clients_that_do_not_go_after_their_answer_do_not_delay_the_browser
)

# cargo hands each test program to wine. A name that core and the command both have stands for both. CI means that a test which
# is skipped for want of something is a failure: there is no redis in here.
tests_of() { # NAME...
  env -u CI "$CARGO" test "${flags[@]}" --workspace --exclude cognitoken-python --no-fail-fast "$@" -- "${left_out[@]}"
}

step "the workspace, compiled and linted" workspace
step "the R package's crate, compiled and linted" r_crate
step "the R package's library, linked" r_library
[ -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ] || step "wine, made ready" make_windows
step "the walk with a folder" walk_with 'file:C:\cognitoken tokens'
step "the walk with the Credential Manager" walk_with keyring
step "a hidden prompt" python tests/platforms/prompt.py "$built/cognitoken.exe" "$wine"
step "unit tests" tests_of --lib
step "integration tests" tests_of --test session --test jwt --test wire \
  --test command --test doctor --test json --test log --test places --test aws_credentials --test secret_files
