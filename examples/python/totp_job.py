"""Sign in from a job that runs alone, as a user whose second factor is an authenticator app.

The secret that the app was set up with answers for it. It is as secret as the password: both come from where
the job keeps its secrets, and neither is ever printed.

    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... COGNITO_TOTP_SECRET=...
    python examples/python/totp_job.py
"""

import sys

import cognitoken


def main() -> None:
    try:
        tokens = cognitoken.login()
    except cognitoken.ChallengeRequired as error:
        # Nobody is here to be asked: say what is missing, and end.
        sys.exit(f"{error}\n{error.hint}")
    print("Signed in as", tokens.claims["cognito:username"])


if __name__ == "__main__":
    main()
