#!/bin/sh
# Hand a person's sign-in over to a job elsewhere, such as one in a container. The line is of no use without the key.
# Where the app client rotates refresh tokens, only one end can go on with the sign-in: let it be the job.
#
#   export COGNITO_BUNDLE_KEY=$(openssl rand -base64 32)     # a secret, known to both ends
#   cognitoken login
#   examples/shell/hand_over.sh | ssh worker cognitoken import
exec cognitoken export
