#' Send a session's token with httr2
#'
#' The session provides its token each time the request is performed, so the request can be reused. If the service
#' responds with 401, the session refreshes its token and the request is repeated once; a second 401, or a refresh
#' without a new token, returns the 401.
#'
#' The token is sent only to the origin of the request's URL: its scheme, host and port. Redirects to another origin are
#' followed without the token, and a 401 from there is returned.
#'
#' Call it last: a later `httr2::req_retry()` replaces it. An earlier one still decides about all other responses.
#'
#' With httr2 1.2.2 and newer this holds for [httr2::req_perform()], `req_perform_sequential()`,
#' `req_perform_iterative()`, `req_perform_parallel()`, `req_perform_connection()` and `req_perform_stream()`. Older
#' versions make a request's headers once for all its tries: there it holds for `req_perform()` and functions that call
#' it, and a 401 in any other is returned; the next performance sends the new token. Before httr2 1.1.1, a 401 in
#' `req_perform_parallel()` or `multi_req_perform()` replaces no token. `req_stream()` of httr2 0.2 sends none.
#'
#' With httr2 1.2.2 and newer a 401 to a request with `httr2::req_body_file()` is returned as well, because httr2 closes
#' the file after its first try; the next performance sends the new token.
#'
#' @param req A request of the package httr2.
#' @param session A session, see [cognito_session()].
#' @return The request, which contains no token.
#' @section Errors:
#' As [session_tokens()], when the request is performed; `cognitoken_error_config` at once, if httr2 is missing or older
#' than 0.2.2.
#' @examplesIf nzchar(Sys.getenv("COGNITO_PASSWORD")) && requireNamespace("httr2", quietly = TRUE)
#' request <- httr2::request("https://api.example.com/")
#' request <- req_auth_cognito(request, cognito_session(store = "memory"))
#' @export
req_auth_cognito <- function(req, session) {
  version <- httr2_version()
  if (!inherits(req, "httr2_request")) {
    stop_for_argument("`req` must be a request, as httr2::request() gives it")
  }
  checked_subject(session, "session")
  sends <- token_sender(session, most_under_way = if (version < signs_each_try) 1 else 2)
  # The package curl tells libcurl to send the header on to wherever a redirect leads.
  req <- httr2::req_options(req, unrestricted_auth = 0L)
  cache <- list(get = sends$token, set = identity, clear = function() NULL)
  req <- httr2::req_oauth(req, sends$replacement, list(), cache)
  if (version < signs_each_try) with_repetition(req, sends, version) else with_retry(req, sends)
}

oldest_httr2 <- numeric_version("0.2.2")

# The first version of httr2 that signs a request anew before each of its tries.
signs_each_try <- numeric_version("1.2.2")

# The first version where req_oauth() only flags a request whose 401 with `invalid_token` httr2 answers by itself.
flags_oauth <- numeric_version("1.1.0")

httr2_version <- function(at_least = oldest_httr2) {
  if (!requireNamespace("httr2", quietly = TRUE)) {
    stop_for_argument("req_auth_cognito() needs the package httr2, which is not installed")
  }
  version <- numeric_version(getNamespaceVersion("httr2"))
  if (version < at_least) {
    stop_for_argument(paste0("req_auth_cognito() needs httr2 ", at_least, " or newer, and ", version, " is installed"))
  }
  version
}

# How long a token that came in the place of a refused one is not replaced again, in seconds.
young <- 30

# What the performances of one request send. `token()` gives what the next try carries; `answered()` takes note of an
# answer and gives the token that has come in the place of a refused one, if any.
token_sender <- function(session, most_under_way) {
  # How many tries wait for their answer, by the token they carry: in parallel some may still carry an older one.
  under_way <- integer()
  replaced <- list(token = NULL, at = 0)
  note <- function(token, change) {
    before <- if (token %in% names(under_way)) under_way[[token]] else 0L
    under_way[[token]] <<- max(0L, before + change)
    under_way <<- under_way[seq_along(under_way) > length(under_way) - most_under_way]
  }
  token <- function() {
    bare <- bare_token(session_headers(session)[["Authorization"]])
    note(bare, 1L)
    httr2::oauth_token(bare)
  }
  replace <- function(refused) {
    is_young <- identical(refused, replaced$token) && as.numeric(Sys.time()) - replaced$at < young
    if (is_young) {
      return(refused)
    }
    values <- list(self = session, refused = paste("Bearer", refused))
    fresh <- bare_token(perform_in_session("session.replace", values))
    if (!identical(fresh, refused)) {
      replaced <<- list(token = fresh, at = as.numeric(Sys.time()))
    }
    fresh
  }
  answered <- function(response) {
    carried <- names(under_way)[under_way > 0]
    if (length(carried) == 0) {
      return(NULL)
    }
    if (!is_refusal(response)) {
      note(carried[[length(carried)]], -1L)
      return(NULL)
    }
    refused <- carried[[1]]
    note(refused, -1L)
    fresh <- replace(refused)
    if (!identical(fresh, refused)) fresh
  }
  # httr2 before 1.1.0 asks for this one by itself after a 401 with `invalid_token`.
  replacement <- function() {
    fresh <- answered(httr2::last_response())
    if (is.null(fresh)) {
      return(token())
    }
    note(fresh, 1L)
    httr2::oauth_token(fresh)
  }
  list(token = token, answered = answered, replacement = replacement)
}

bare_token <- function(authorization) {
  sub("^Bearer ", "", authorization)
}

# Whether the origin that was sent the token refused it. Any other origin never got it, or must not have: what it
# answers says nothing about it.
is_refusal <- function(response) {
  origin <- origin_of(request_of(response)$url)
  httr2::resp_status(response) == 401L && !is.na(origin) && identical(origin_of(response$url), origin)
}

request_of <- function(response) {
  if (is.null(response$request)) httr2::last_request() else response$request
}

# Whether the body is a file. httr2 1.3.0 closes it after the first try, and a second one, which would read it, ends the
# script.
sends_file <- function(request) {
  getExportedValue("httr2", "req_get_body_type")(request) == "file"
}

# Every try is signed anew: the next one carries what the session has then.
with_retry <- function(req, sends) {
  earlier <- req$policies
  # This package answers a 401, httr2 does not do so once more.
  req$policies$auth_oauth <- NULL
  is_transient <- function(response) {
    fresh <- sends$answered(response)
    if (httr2::resp_status(response) != 401L) {
      return(transient_before(earlier, response))
    }
    !is.null(fresh) && !sends_file(request_of(response))
  }
  # No pause before the second try: nothing is overloaded.
  pause <- function(response) {
    if (httr2::resp_status(response) == 401L) 0 else pause_before(earlier, response)
  }
  tries <- earlier$retry_max_tries
  if (!is.null(tries) || is.null(earlier$retry_max_wait)) {
    tries <- max(2, tries)
  }
  retry_after_earlier(req, earlier, tries, is_transient, pause)
}

# The headers are made once for all tries. A performance that is refused ends with what a second one gives.
with_repetition <- function(req, sends, version) {
  earlier <- req$policies
  if (version >= flags_oauth) {
    req$policies$auth_oauth <- NULL
  }
  repeating <- FALSE
  is_transient <- function(response) {
    if (repeating) {
      return(httr2::resp_status(response) != 401L && transient_before(earlier, response))
    }
    fresh <- sends$answered(response)
    if (httr2::resp_status(response) != 401L) {
      return(transient_before(earlier, response))
    }
    if (!is.null(fresh)) {
      repeating <<- TRUE
      on.exit(repeating <<- FALSE)
      end_with_another(fresh)
    }
    FALSE
  }
  # One try is what a request without req_retry() has, whatever the version.
  tries <- earlier$retry_max_tries
  if (is.null(tries) && is.null(earlier$retry_max_wait) && version >= flags_oauth) {
    tries <- 1
  }
  retry_after_earlier(req, earlier, tries, is_transient, function(response) pause_before(earlier, response))
}

# Ends the call of httr2::req_perform() that is under way with what another one gives, with this token. Where there is
# none, as in parallel, nothing happens.
end_with_another <- function(token) {
  for (number in rev(seq_len(sys.nframe()))) {
    if (identical(sys.function(number), httr2::req_perform)) {
      performance <- sys.frame(number)
      second <- httr2::req_perform(with_token(httr2::last_request(), token), path = get("path", performance))
      do.call("return", list(second), envir = performance)
    }
  }
}

with_token <- function(req, token) {
  req$policies$auth_oauth <- NULL
  req$policies$auth_sign <- NULL
  httr2::req_auth_bearer_token(req, token)
}

# req_retry() with what an earlier one decided about anything but a 401.
retry_after_earlier <- function(req, earlier, max_tries, is_transient, after) {
  settings <- list(
    max_tries = max_tries, max_seconds = earlier$retry_max_wait, is_transient = is_transient, after = after,
    backoff = earlier$retry_backoff, retry_on_failure = earlier$retry_on_failure,
    failure_threshold = earlier$retry_failure_threshold, failure_timeout = earlier$retry_failure_timeout,
    failure_realm = earlier$retry_realm
  )
  settings <- settings[!vapply(settings, is.null, NA)]
  do.call(httr2::req_retry, c(list(req), settings))
}

transient_before <- function(policies, response) {
  decide <- policies$retry_is_transient
  if (!is.null(decide)) {
    return(decide(response))
  }
  # What httr2 itself takes for passing, where somebody asked for a retry.
  asked_for <- !is.null(policies$retry_max_tries) || !is.null(policies$retry_max_wait)
  asked_for && httr2::resp_status(response) %in% c(429L, 503L)
}

pause_before <- function(policies, response) {
  decide <- policies$retry_after
  if (is.null(decide)) httr2::resp_retry_after(response) else decide(response)
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
