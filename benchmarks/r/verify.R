source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "measure.R"))

verifier <- cognitoken::jwt_verifier(given$pool, given$client, jwks = given$jwks)
contenders <- list(`cognitoken (R)` = function() cognitoken::jwt_verify(verifier, given$token)$email)

# R has no verifier of Cognito's tokens: this is the signature alone.
if (requireNamespace("openssl", quietly = TRUE)) {
  base64url <- function(text) {
    text <- chartr("-_", "+/", text)
    openssl::base64_decode(paste0(text, strrep("=", -nchar(text) %% 4)))
  }
  parts <- strsplit(given$token, ".", fixed = TRUE)[[1]]
  jwk <- jsonlite::fromJSON(given$jwks)$keys
  key <- jsonlite::toJSON(as.list(jwk[1, c("kty", "n", "e")]), auto_unbox = TRUE)
  if (requireNamespace("jose", quietly = TRUE)) {
    key <- jose::read_jwk(key)
    signed <- charToRaw(paste(parts[1:2], collapse = "."))
    contenders$`openssl, the signature alone (R)` <- function() {
      openssl::signature_verify(signed, base64url(parts[[3]]), openssl::sha256, key)
      "ada@example.org"
    }
  }
}
measure(contenders, "ada@example.org")
