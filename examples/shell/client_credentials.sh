#!/bin/sh
# Send a request as a job, without a user: with an access token for the app client itself.
#
#   export COGNITO_CLIENT_ID=... COGNITO_CLIENT_SECRET=... COGNITO_DOMAIN=my-app API_URL=https://api.example.com/...
#   examples/shell/client_credentials.sh
#
# Without --scope the token is good for everything that the client may do. Each token is billed: the stored one is used
# again for its life, by this script and by every other command.
set -e
cognitoken login --client-credentials >/dev/null
authorization=$(cognitoken headers)
# printf is the shell's own and curl reads its input: the token is nobody's argument.
printf '%s\n' "$authorization" | curl --silent --show-error --fail --header @- "$API_URL"
