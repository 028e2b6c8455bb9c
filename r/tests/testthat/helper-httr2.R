# Requests of httr2 that a service refuses, for the tests of req_auth_cognito().

plain_refusal <- list(`Content-Type` = "text/plain")
invalid_token <- list(`WWW-Authenticate` = 'Bearer error="invalid_token"')

# A service, a session, and a request made once for both.
prepared <- function(frame = parent.frame()) {
  testthat::skip_if_not_installed("httr2")
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  session_tokens(session)
  service <- local_service(status = 200L, body = "fine", frame = frame)
  sent <- function(what = "authorization") {
    sub(paste0("^", what, " ?"), "", grep(paste0("^", what), log_lines(service$log), value = TRUE))
  }
  refuse <- function(..., refusal = plain_refusal) {
    service$answers(list(status = 200L, body = "fine", refuses = list(...), refusal = refusal))
  }
  list(
    session = session, service = service, sent = sent, refuse = refuse, url = paste0(service$url, "/data"),
    refreshes = function() sum(asked(wire, user) == "GetTokensFromRefreshToken")
  )
}

current <- function(at) session_headers(at$session)[["Authorization"]]

perform <- function(request, ...) without_environment(httr2::req_perform(request, ...))

no_error <- function(request) httr2::req_error(request, is_error = function(response) FALSE)
