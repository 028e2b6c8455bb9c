#!/bin/sh
# Get new tokens for a refresh token and print Cognito's answer, in the shape login.sh prints.
#
#   export COGNITO_REFRESH_TOKEN=... COGNITO_CLIENT_ID=...
#   examples/shell/refresh.sh
exec cognitoken refresh --json
