"""Call a service from a job without a user: the app client's id and secret are enough.

    export COGNITO_CLIENT_ID=... COGNITO_CLIENT_SECRET=... COGNITO_DOMAIN=my-app
    export API_URL=https://api.example.com/reports
    python examples/python/client_credentials.py

There is an access token alone, and `tokens.headers` carries it. AWS bills every token, so one is kept for
its life: ask for it whenever a request is made, and nothing is sent until it runs out.
"""

import os
import urllib.request

import cognitoken


def main() -> None:
    tokens = cognitoken.client_credentials()
    assert tokens.id_token is None
    request = urllib.request.Request(os.environ["API_URL"], headers=tokens.headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        print(response.read().decode())


if __name__ == "__main__":
    main()
