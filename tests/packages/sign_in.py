"""Signs in, verifies and refreshes with the installed package. Takes all values from the environment."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import cognitoken

tokens = cognitoken.login()
verifier = cognitoken.Verifier(os.environ["COGNITO_USER_POOL_ID"], os.environ["COGNITO_CLIENT_ID"])
claims = verifier.verify(tokens.id_token)
assert claims["cognito:username"] == os.environ["COGNITO_USER_NAME"], claims
try:
    verifier.verify(tokens.id_token[:-4] + "AAAA")
except cognitoken.TokenInvalid:
    pass
else:
    raise AssertionError("a forged token passed")
assert tokens.refresh().id_token != tokens.id_token
# The installed package has answered, and none in another folder.
assert Path(cognitoken.__file__).is_relative_to(sys.prefix), cognitoken.__file__
print(platform.python_implementation(), platform.python_version(), "signed in with", cognitoken.__version__)
