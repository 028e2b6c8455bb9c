#!/bin/sh
# Send a request from cron, as a person who has signed in once, in a terminal:
#
#   export COGNITO_CLIENT_ID=... COGNITO_USER_POOL_ID=...
#   cognitoken login
#
# What differs: there is no terminal, and no variable but those of the crontab. Nobody is asked for a password. When the
# sign-in is over, `cognitoken` ends with exit code 4, and its message, which cron sends by mail, says to sign in again.
set -e
headers=$(cognitoken headers)
printf '%s\n' "$headers" | curl --silent --show-error --fail --header @- "$API_URL"
