#!/bin/sh
# Sign in on the pool's own page, in a browser, and print the tokens in the shape login.sh prints.
#
#   export COGNITO_CLIENT_ID=... COGNITO_DOMAIN=my-app
#   examples/shell/sso.sh
#
# The app client has to have http://localhost:8400/ among its CallbackURLs. Where the browser runs on another machine
# (ssh, a container), the link is shown, and the address that the browser ended at can be pasted.
exec cognitoken login --sso --json
