#!/bin/sh
# Sign in and print Cognito's answer: {"AuthenticationResult": {...}, "ChallengeParameters": {}}.
#
# Stands in for the script that posts the password with curl. The answer holds the tokens: keep it out of logs.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
#   examples/shell/login.sh
exec cognitoken login --json
