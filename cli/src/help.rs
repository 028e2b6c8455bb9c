//! The help text of the whole command.

/// The text after the verbs.
pub(crate) const AFTER_HELP: &str = "\
Values that are not given are read from the environment or from a .env file in the working directory:
  COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET, COGNITO_REGION (without it
  the pool id's; without one AWS_REGION, AWS_DEFAULT_REGION, us-east-1), COGNITO_USER_POOL_ID, COGNITO_DOMAIN,
  COGNITO_REFRESH_TOKEN, COGNITO_DEVICE_KEY, COGNITO_ID_TOKEN, COGNITO_TOTP_SECRET, COGNITO_STORE,
  COGNITO_STORE_KEY, COGNITO_BUNDLE_KEY, COGNITO_ENDPOINT, COGNITO_ISSUER, COGNITO_JWKS_URL, APLOS_API_URL,
  COGNITO_LOG

Secrets are read from a file where its path is in COGNITO_PASSWORD_FILE, COGNITO_CLIENT_SECRET_FILE,
COGNITO_REFRESH_TOKEN_FILE, COGNITO_TOTP_SECRET_FILE, COGNITO_STORE_KEY_FILE or COGNITO_BUNDLE_KEY_FILE.

Exit codes: 0 success, 1 failure, 2 wrong usage or configuration, 3 challenge pending,
4 not authorized or not signed in, 5 network error, 130 interrupted by Ctrl-C

Example that hides the token from other users and sends nothing if there is no token:
  headers=$(cognitoken headers) && printf '%s\\n' \"$headers\" | curl --header @- https://api.example.com/";
