"""Sign in on the pool's own page in a browser: with a password there, or through Google, SAML and others.

    export COGNITO_CLIENT_ID=... COGNITO_DOMAIN=my-app
    python examples/python/sso.py

The app client has to have http://localhost:8400/ among its CallbackURLs. Where the browser runs on another
machine (JupyterHub, a server, a container) the link is shown, and the address that the browser ended at can
be pasted.
"""

import sys

import cognitoken


def main() -> None:
    try:
        tokens = cognitoken.login_sso()
    except cognitoken.CognitoError as error:
        sys.exit(f"{type(error).__name__}: {error}\n{error.hint}")
    print("Signed in as", tokens.claims["email"])
    tokens = tokens.refresh()  # no browser
    print(tokens)


if __name__ == "__main__":
    main()
