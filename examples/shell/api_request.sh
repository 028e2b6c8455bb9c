#!/bin/sh
# Send a request that carries the ID token.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...
#   examples/shell/api_request.sh
#
# curl reads the header from its input: a token among the arguments could be read by every user of the machine.
set -e
headers=$(cognitoken headers)
printf '%s\n' "$headers" | curl --silent --show-error --fail --header @- "$API_URL"
