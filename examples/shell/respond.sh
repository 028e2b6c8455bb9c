#!/bin/sh
# Sign in where the pool asks for more than a password: a code from a message or an app, or which of them it shall be.
# Prints Cognito's answer, in the shape login.sh prints.
#
#   export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
#   examples/shell/respond.sh
#
# Exit code 3 says that a challenge waits; standard error, which one and how to answer it. It rests in the user's cache
# folder until it expires, so `cognitoken respond` may also be typed later, in another terminal.
cognitoken login --json
outcome=$?
[ "$outcome" = 3 ] || exit "$outcome"
for _ in 1 2 3; do
  printf 'Answer: ' >&2
  IFS= read -r answer || break
  cognitoken respond --code "$answer" --json
  outcome=$?
  # 3: one more question. 4: the answer was wrong, and the challenge waits on.
  case $outcome in 3 | 4) ;; *) break ;; esac
done
exit "$outcome"
