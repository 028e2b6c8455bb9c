#!/bin/sh
# Send many requests at a time with GNU parallel, in the name of somebody who signed in before.
#
#   export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/reports
#   cognitoken login
#   seq 100 | examples/jobs/parallel.sh
#
# What differs: each job asks for the token itself, as one that was asked for at the start may expire before the last job.
# The jobs share the store: one of them refreshes, the others wait for it.
exec parallel --jobs 4 --keep-order --halt soon,fail=1 '
  headers=$(cognitoken headers) &&
    printf "%s\n" "$headers" | curl --silent --show-error --fail --header @- "$API_URL"/{}'
