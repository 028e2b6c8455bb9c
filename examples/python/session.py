"""Ask an API in the name of somebody who signed in before, in the shell or in another program.

    export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...
    cognitoken login
    python examples/python/session.py

The token is refreshed when it is due, once for all programs that run at the same time; a 401 is answered by
one refresh and one more try.
"""

import os

import requests

import cognitoken


def main() -> None:
    session = cognitoken.Session()
    print(session.status().who)
    with requests.Session() as http:
        http.auth = cognitoken.requests_auth(session)
        answer = http.get(os.environ["API_URL"], timeout=30)
        answer.raise_for_status()
        print(answer.json())


if __name__ == "__main__":
    main()
