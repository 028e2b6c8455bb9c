# Debian's own Rust, which compiles the standard library for other platforms too, and the steps of a script that uses it.
# Sourced with the name of the platform, in the root of the repository. Everything that is made rests in target/cross.

platform=$1
root=$PWD
cross=$root/target/cross
log=$cross/$platform.log

# rustup's cargo comes first on the search path.
export CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=$cross
export CARGO_PROFILE_DEV_DEBUG=false
build_std=-Zbuild-std=std,panic_unwind

# Says what is done and how long it took; what it prints is shown when it fails.
step() { # WORDS COMMAND...
  local words=$1 begun=$SECONDS
  shift
  "$@" >"$log" 2>&1 || { tail -200 "$log"; echo "$platform: $words: failed"; exit 1; }
  echo "$platform: $words ($((SECONDS - begun)) s)"
  grep -E '^(test result|walk|prompt):|signed in' "$log" | sed 's/^/  /; s/; finished in.*//' || true
}
