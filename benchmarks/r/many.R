prepare <- function(given) {
  verifier <- cognitoken::jwt_verifier(given$pool, given$client, jwks = given$jwks_text)
  tokens <- unlist(given$tokens)
  event <- function(claims) if (inherits(claims, "error")) NULL else claims$event_id
  list(
    `at-once` = function() lapply(cognitoken::jwt_verify_many(verifier, tokens), event),
    `one-by-one` = function() {
      verified <- function(token) {
        tryCatch(cognitoken::jwt_verify(verifier, token), cognitoken_error = identity)
      }
      lapply(unname(tokens), function(token) event(verified(token)))
    }
  )
}
