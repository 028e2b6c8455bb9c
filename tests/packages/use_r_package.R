# Signs in with the R package that R_LIBS names, beside a local Cognito, as a user does far from the repository.
value <- function(name) Sys.getenv(paste0("COGNITOKEN_TEST_", name))
Sys.setenv(
  XDG_CONFIG_HOME = tempfile(), COGNITO_CLIENT_ID = value("CLIENT_ID"), COGNITO_ENDPOINT = value("ENDPOINT"),
  COGNITO_JWKS_URL = value("JWKS_URL"), COGNITO_PASSWORD = value("PASSWORD"), COGNITO_USER_NAME = value("USER_NAME"),
  COGNITO_USER_POOL_ID = value("USER_POOL_ID")
)
library(cognitoken)
stopifnot(startsWith(system.file(package = "cognitoken"), Sys.getenv("R_LIBS")))

tokens <- cognito_login()
stopifnot(decode_jwt(tokens$id_token)$payload$email == value("EMAIL"))
claims <- jwt_verify(jwt_verifier(value("USER_POOL_ID"), value("CLIENT_ID")), tokens$id_token)
stopifnot(claims$email == value("EMAIL"))

session <- cognito_session(store = paste0("file:", tempfile()))
first <- session_id_token(session)
stopifnot(identical(session_id_token(session), first))
stopifnot(nzchar(cognito_refresh(tokens)$id_token))
refused <- tryCatch(decode_jwt("a"), cognitoken_error_token_invalid = function(error) "refused")
stopifnot(refused == "refused")
cat("Signed in as", value("EMAIL"), "with cognitoken", format(packageVersion("cognitoken")), "\n")
