#!/usr/bin/env bash
# Walks through the command's main job, beside a local Cognito: sign in, look, verify, refresh, diagnose, sign out. Ends at
# the first output that is wrong, with the words of it.
#
#   python demo/local_cognito.py run -- tests/platforms/walk.sh COMMAND [RUNNER...]
#
# COMMAND is the path of a `cognitoken` of any platform; RUNNER is the program that runs it, such as `wine64` or
# `qemu-aarch64-static`. WALK_STORE names the store where it is set, else the walk stores in a folder of its own.
set -euo pipefail

command=$(realpath "$1")
shift
runner=("$@")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# No .env of the place where the walk starts counts, and nobody's own profile.
cd "$folder"
export XDG_CONFIG_HOME=$folder/config
unset "${!COGNITO_@}"
export COGNITO_STORE=${WALK_STORE:-file:$folder/tokens}
export COGNITO_CLIENT_ID=$COGNITOKEN_TEST_CLIENT_ID COGNITO_USER_POOL_ID=$COGNITOKEN_TEST_USER_POOL_ID
export COGNITO_ENDPOINT=$COGNITOKEN_TEST_ENDPOINT COGNITO_JWKS_URL=$COGNITOKEN_TEST_JWKS_URL
export COGNITO_USER_NAME=$COGNITOKEN_TEST_USER_NAME
steps=0

fail() {
  printf 'walk: cognitoken %s: %s\n' "$arguments" "$1" >&2
  sed 's/^/  stdout: /' out >&2
  sed 's/^/  stderr: /' err >&2
  exit 1
}

# Runs one verb with what comes on standard input; its outputs rest in the files out and err.
walk() { # EXIT_CODE ARGUMENT...
  local wanted=$1 code=0
  shift
  arguments=$*
  "${runner[@]}" "$command" "$@" >out 2>err || code=$?
  [ "$code" = "$wanted" ] || fail "exit code $code instead of $wanted"
  steps=$((steps + 1))
}

says() { # FILE TEXT...
  local file=$1 text
  shift
  for text in "$@"; do
    grep -qF -- "$text" "$file" || fail "nothing says \"$text\""
  done
}

same_words() { [ "$(tr -d '\r' <"$1")" = "$2" ]; }

nothing() { [ ! -s "$1" ] || fail "$2"; }

walk 0 --version </dev/null
says out "cognitoken "

# SRP, then the flow that sends the password; the password by standard input and by a file.
walk 4 status </dev/null
says out "nobody" "$COGNITO_USER_POOL_ID"
walk 4 login --password-stdin <<<"not-$COGNITOKEN_TEST_PASSWORD"
says err NotAuthorizedException
walk 0 login --password-stdin <<<"$COGNITOKEN_TEST_PASSWORD"
says out "$COGNITOKEN_TEST_EMAIL" "$COGNITO_USER_POOL_ID"
nothing err "a sign-in that works says something on standard error"
(umask 077 && printf '%s\n' "$COGNITOKEN_TEST_PASSWORD" >password)
COGNITO_PASSWORD_FILE=password walk 0 login --flow password </dev/null
says out "$COGNITOKEN_TEST_EMAIL"

walk 0 status </dev/null
says out "$COGNITOKEN_TEST_EMAIL" "$COGNITO_STORE" "possible without a password"
walk 0 status --json </dev/null
says out '"signed_in": true' '"username": "'"$COGNITO_USER_NAME"'"'

walk 0 token </dev/null
cp out token
walk 0 token </dev/null
cmp -s out token || fail "the second token is not the stored one"
walk 0 verify <token
says out '"token_use": "id"' "$COGNITOKEN_TEST_EMAIL"
sed -E 's/.{4}(.?)$/AAAA\1/' token >forged
walk 1 verify <forged
says err InvalidSignature
nothing out "a forged token is shown"
walk 0 headers </dev/null
same_words out "Authorization: Bearer $(tr -d '\r' <token)" || fail "the header is not the token's"

walk 0 refresh </dev/null
says out "$COGNITOKEN_TEST_EMAIL"
walk 0 token </dev/null
if cmp -s out token; then fail "the token after the refresh is the former one"; fi
cp out token
walk 0 verify <token

walk 0 doctor </dev/null
says out "its lock works" "this flow is used" "tokens of $COGNITOKEN_TEST_EMAIL"
if grep -qF "$COGNITOKEN_TEST_PASSWORD" out err; then fail "the password is shown"; fi

walk 0 logout </dev/null
says out "Signed out"
walk 4 status </dev/null
says out "nobody"
walk 2 token </dev/null
says err COGNITO_PASSWORD
nothing out "a token is shown after the sign-out"

echo "walk: $steps steps with ${COGNITO_STORE%%:*}, all as expected"
