#!/bin/sh
# Send a request as a job, without a user: with an access token for the app client itself.
#
#   export COGNITO_CLIENT_ID=... COGNITO_CLIENT_SECRET=... COGNITO_DOMAIN=my-app API_URL=https://api.example.com/...
#   examples/shell/client_credentials.sh
#
# Without --scope the token is good for everything that the client may do. Each token is billed: keep it for its life.
set -e
answer=$(cognitoken login --client-credentials --json)
access_token=$(printf '%s\n' "$answer" | sed -n 's/.*"AccessToken": "\(.*\)".*/\1/p')
# printf is the shell's own and curl reads its input: the token is nobody's argument.
printf 'Authorization: Bearer %s\n' "$access_token" | curl --silent --show-error --fail --header @- "$API_URL"
