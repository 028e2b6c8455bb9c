#' Send a session's token with httr2
#'
#' Every try of the request carries the session's token. Where the service answers 401, the session refreshes, once, and
#' the request is sent once more with what came; a second 401 is the answer.
#'
#' The token is for the origin of the request's address: its scheme, host and port. Where the service redirects to
#' another origin, the request goes there without the token, and a 401 from there is the answer.
#'
#' Put it last: a later `httr2::req_retry()` takes its place. An earlier one goes on deciding about all other answers.
#'
#' @param req A request of the package httr2.
#' @param session A session, see [cognito_session()].
#' @return The request. Printing it does not show the token.
#' @section Errors:
#' As [session_tokens()], here and when the request is performed.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD")) && requireNamespace("httr2", quietly = TRUE)
#' request <- httr2::request("https://api.example.com/")
#' request <- req_auth_cognito(request, cognito_session(store = "memory"))
#' @export
req_auth_cognito <- function(req, session) {
  if (!requireNamespace("httr2", quietly = TRUE)) {
    stop_for_argument("req_auth_cognito() needs the package httr2")
  }
  if (!inherits(req, "httr2_request")) {
    stop_for_argument("`req` must be a request, as httr2::request() gives it")
  }
  req <- with_authorization(req, session_headers(session)[["Authorization"]])
  # The package curl tells libcurl to send the header on to wherever a redirect leads.
  req <- httr2::req_options(req, unrestricted_auth = 0L)
  origin <- origin_of(req$url)
  refused_before <- FALSE
  earlier <- req$policies
  replaces <- function(response) {
    # Any other origin never got the token, or must not have: what it answers says nothing about it.
    if (refused_before || is.na(origin) || !identical(origin_of(response$url), origin)) {
      return(FALSE)
    }
    refused_before <<- TRUE
    put_into_performance(function(refused) replacement(session, refused))
  }
  is_transient <- function(response) {
    if (httr2::resp_status(response) == 401L) replaces(response) else transient_before(earlier, response)
  }
  # No pause before the second try: nothing is overloaded.
  pause <- function(response) {
    if (httr2::resp_status(response) == 401L) 0 else pause_before(earlier, response)
  }
  httr2::req_retry(
    req,
    max_tries = max(2, earlier$retry_max_tries), max_seconds = earlier$retry_max_wait,
    is_transient = is_transient, after = pause, backoff = earlier$retry_backoff
  )
}

# Scheme, host and port of an address, or NA for one that is not plainly of that form: libcurl and others differ on whom
# an address means that has a user name or a backslash in it.
origin_of <- function(url) {
  url <- tolower(url)
  parts <- regmatches(url, regexec("^(https?)://([^/?#]+)", url))[[1]]
  if (length(parts) == 0 || grepl("[@\\[:space:]]", parts[[3]])) {
    return(NA_character_)
  }
  usual_port <- c(http = ":80", https = ":443")[[parts[[2]]]]
  host <- sub(":[0-9]*$", "", parts[[3]])
  port <- substring(parts[[3]], nchar(host) + 1)
  paste0(parts[[2]], "://", host, if (port %in% c("", ":")) usual_port else port)
}

with_authorization <- function(req, value) {
  req <- httr2::req_headers(req, Authorization = value)
  # What makes httr2 leave a header out when it prints a request.
  attr(req$headers, "redact") <- union(attr(req$headers, "redact"), "Authorization")
  req
}

replacement <- function(session, refused) {
  call_session(session, function(values) .Call(wrap__session_replace, values), refused = refused)
}

# httr2 makes the curl handle of a request before its first try, and uses it for every next one. There is no way in but
# its own variables; where a version of httr2 has other ones, the 401 is the answer.
put_into_performance <- function(replace) {
  performances <- Filter(
    function(frame) all(vapply(c("req", "handle"), exists, NA, envir = frame, inherits = FALSE)), sys.frames()
  )
  make_handle <- get0("req_handle", envir = asNamespace("httr2"), mode = "function", inherits = FALSE)
  if (length(performances) == 0 || is.null(make_handle)) {
    return(FALSE)
  }
  performance <- performances[[length(performances)]]
  refused <- performance$req$headers$Authorization
  fresh <- replace(refused)
  if (identical(fresh, refused)) {
    return(FALSE)
  }
  performance$req <- with_authorization(performance$req, fresh)
  performance$handle <- make_handle(performance$req)
  TRUE
}

transient_before <- function(policies, response) {
  decide <- policies$retry_is_transient
  if (!is.null(decide)) {
    return(decide(response))
  }
  # What httr2 itself takes for passing, where somebody asked for a retry.
  !is.null(policies$retry_max_tries) && httr2::resp_status(response) %in% c(429L, 503L)
}

pause_before <- function(policies, response) {
  decide <- policies$retry_after
  if (is.null(decide)) httr2::resp_retry_after(response) else decide(response)
}
