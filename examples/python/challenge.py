"""Sign in to a pool that asks for more than the password: a code, a choice, a new password, an app to set up.

    export COGNITO_USER_NAME=... COGNITO_PASSWORD=... COGNITO_CLIENT_ID=...
    python examples/python/challenge.py

At a terminal and in a notebook `cognitoken.login(on_challenge="prompt")` asks by itself, without echo.
This is the same by hand, for a program with a face of its own. A job that runs alone needs none of it where
the user has an authenticator app: see totp_job.py.
"""

import cognitoken


def answer(challenge: cognitoken.Challenge) -> dict[str, object]:
    """Asks here what the service asks; called again for each next question."""
    if challenge.totp_uri is not None:
        # In a notebook the challenge itself shows the QR code.
        print("Put this secret into an authenticator app:", challenge.totp_secret)
    return {
        "answer": input(f"{challenge.question}: "),
        "attributes": {name: input(f"{name}: ") for name in challenge.required_attributes},
    }


def main() -> None:
    try:
        tokens = cognitoken.login(on_challenge=answer)
    except cognitoken.AuthenticationError as error:
        if error.challenge is None:
            raise
        # A mistyped code: the challenge still waits, for minutes, and can be kept until there is an answer.
        print(error)
        answered = error.challenge.respond(input("Once more: "))
        assert isinstance(answered, cognitoken.Tokens), answered
        tokens = answered
    print("Signed in as", tokens.claims["cognito:username"])


if __name__ == "__main__":
    main()
