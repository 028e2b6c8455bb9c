#!/usr/bin/env bash
# The demo: the same job in the shell, in Python and in R. Started by `make demo` beside a local Cognito.
set -euo pipefail
cd "$(dirname "$0")"

# What a user of the local Cognito sets. COGNITO_JWKS_URL is needed only because the local server signs in Cognito's
# name but serves its keys itself.
export COGNITO_USER_NAME=$COGNITOKEN_TEST_USER_NAME COGNITO_PASSWORD=$COGNITOKEN_TEST_PASSWORD
export COGNITO_CLIENT_ID=$COGNITOKEN_TEST_CLIENT_ID COGNITO_USER_POOL_ID=$COGNITOKEN_TEST_USER_POOL_ID
export COGNITO_ENDPOINT=$COGNITOKEN_TEST_ENDPOINT COGNITO_JWKS_URL=$COGNITOKEN_TEST_JWKS_URL
# A second app client of the same pool, one with a secret.
export SECRET_CLIENT_ID=$COGNITOKEN_TEST_SECRET_CLIENT_ID CLIENT_SECRET=$COGNITOKEN_TEST_CLIENT_SECRET

# What the demo stores goes with it.
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
export COGNITO_STORE=file:$store/tokens

bold='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi
heading() { printf '\n%s--- %s %s%s\n' "$bold" "$1" "$(printf '%*s' $((74 - ${#1})) '' | tr ' ' -)" "$plain"; }

heading "A local Cognito is running"
cat <<END
Everything below takes its values from the environment:
  COGNITO_ENDPOINT      $COGNITO_ENDPOINT
  COGNITO_USER_POOL_ID  $COGNITO_USER_POOL_ID
  COGNITO_CLIENT_ID     $COGNITO_CLIENT_ID
  COGNITO_USER_NAME     $COGNITO_USER_NAME
  COGNITO_PASSWORD      (hidden)
END

heading "Shell"
./demo.sh
heading "Python"
python ./as_typed.py demo.py
heading "R"
Rscript --no-init-file as_typed.R demo.R
heading "Done: the same job three times"
