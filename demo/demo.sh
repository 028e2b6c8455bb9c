#!/usr/bin/env bash
# The main job with the shell command.
set -euo pipefail

# Shows a line, then does what it says.
run() {
  printf '\n$ %s\n' "$1"
  eval "$1" 2>&1 | sed 's/^/  /'
}

echo "# Sign in by SRP: the password is proved, not sent."
run 'cognitoken login --flow srp'

echo
echo "# Sign in by USER_PASSWORD_AUTH: the password is sent, inside TLS where it is not this machine."
run 'cognitoken login --flow password | head -1'

echo
echo "# The same with an app client that has a secret (COGNITO_CLIENT_SECRET, hidden)."
export PUBLIC_CLIENT_ID=$COGNITO_CLIENT_ID
export COGNITO_CLIENT_ID=$SECRET_CLIENT_ID COGNITO_CLIENT_SECRET=$CLIENT_SECRET
run 'cognitoken login --flow srp | head -1'
run 'cognitoken login --flow password | head -1'
export COGNITO_CLIENT_ID=$PUBLIC_CLIENT_ID
unset COGNITO_CLIENT_SECRET

echo
echo "# What the ID token says, after its signature was found genuine."
token=$(cognitoken token)
run 'cognitoken verify <<<"$token"'

echo
echo "# A forged one: four characters of the signature were changed."
run 'cognitoken verify <<<"${token%????}AAAA" || echo "exit code $?"'

echo
echo "# New tokens without the password (COGNITO_REFRESH_TOKEN, hidden)."
COGNITO_REFRESH_TOKEN=$(cognitoken login --json | sed -n 's/.*"RefreshToken": "\(.*\)".*/\1/p')
export COGNITO_REFRESH_TOKEN
unset COGNITO_PASSWORD
run 'cognitoken refresh'
