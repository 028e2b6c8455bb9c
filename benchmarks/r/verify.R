prepare <- function(given) {
  verifier <- cognitoken::jwt_verifier(given$pool, given$client, jwks = given$jwks_text)
  contenders <- list(cognitoken = function() cognitoken::jwt_verify(verifier, given$token)$email)
  # R has no verifier of Cognito's tokens: this is the signature alone.
  if (requireNamespace("openssl", quietly = TRUE)) {
    key <- openssl::read_pubkey(given$public_key)
    parts <- strsplit(given$token, ".", fixed = TRUE)[[1]]
    signed <- charToRaw(paste(parts[1:2], collapse = "."))
    text <- chartr("-_", "+/", parts[[3]])
    signature <- openssl::base64_decode(paste0(text, strrep("=", -nchar(text) %% 4)))
    contenders$openssl <- function() {
      openssl::signature_verify(signed, signature, hash = openssl::sha256, pubkey = key)
    }
  }
  contenders
}
