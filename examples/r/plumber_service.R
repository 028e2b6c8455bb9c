# An API that takes the ID token, with plumber.
#
#   export COGNITO_USER_POOL_ID=... COGNITO_CLIENT_ID=...
#   Rscript -e 'plumber::pr_run(plumber::pr("examples/r/plumber_service.R"), port = 8000)'
#
# It answers as RFC 6750 asks: 401 without a genuine token, 403 for a genuine one of a user who is not in the group.
# 503 says that the keys of the pool could not be fetched: the token may be genuine.

library(cognitoken)

# Made once, for all requests: a verifier keeps the keys of the pool. The timeout is for fetching them.
verifier <- jwt_verifier(groups = "analysts", timeout = 5)

# The refusals of a genuine token. All others say that the token itself is not accepted.
not_allowed <- c("InvalidGroups", "InvalidScopes", "RefusedByCheck")

answer <- function(res, status, error, header, value) {
  res$status <- status
  res$setHeader(header, value)
  list(error = error)
}

refuse <- function(res, error) {
  message("Refused: ", conditionMessage(error))
  if (error$code %in% not_allowed) {
    status <- 403L
    reason <- "insufficient_scope"
  } else {
    status <- 401L
    reason <- "invalid_token"
  }
  # The code alone: the message may quote the token's claims, and is not always fit for a header.
  challenge <- sprintf('Bearer error="%s", error_description="%s"', reason, error$code)
  answer(res, status, error$code, "WWW-Authenticate", challenge)
}

#* @filter authenticate
#* @serializer unboxedJSON
function(req, res) {
  authorization <- req$HTTP_AUTHORIZATION
  bearer <- "^bearer +([^ ].*)$"
  if (!isTRUE(grepl(bearer, authorization, ignore.case = TRUE))) {
    return(answer(res, 401L, "MissingToken", "WWW-Authenticate", "Bearer"))
  }
  tryCatch(
    {
      req$claims <- jwt_verify(verifier, sub(bearer, "\\1", authorization, ignore.case = TRUE))
      plumber::forward()
    },
    cognitoken_error_token_expired = function(error) refuse(res, error),
    cognitoken_error_token_invalid = function(error) refuse(res, error),
    cognitoken_error = function(error) {
      message("No token can be verified: ", conditionMessage(error))
      answer(res, 503L, "KeysUnavailable", "Retry-After", "5")
    }
  )
}

#* @get /reports
#* @serializer unboxedJSON
function(req) {
  list(`reports for` = req$claims[["cognito:username"]])
}
