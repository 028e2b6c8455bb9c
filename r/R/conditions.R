# Every call of the compiled code goes through answer_of(), which turns its reply into a value or a condition.
answer_of <- function(reply) {
  if (isTRUE(reply$interrupted)) {
    interrupt()
  }
  warn_of(reply$notices, "config")
  if (!is.null(reply$error)) {
    stop(cognitoken_error(reply$error))
  }
  reply$ok
}

# Warnings of class cognitoken_warning_<kind>.
warn_of <- function(notices, kind) {
  for (notice in notices) {
    warning(structure(
      list(message = shown(notice), call = NULL),
      class = c(paste0("cognitoken_warning_", kind), "cognitoken_warning", "warning", "condition")
    ))
  }
}

cognitoken_error <- function(error) {
  fields <- error[c("message", "code", "hint", "request_id", "retryable", "expected", "actual")]
  is_text <- vapply(fields, is.character, NA)
  fields[is_text] <- lapply(fields[is_text], shown)
  if (!is.null(error$challenge)) {
    fields$challenge <- cognito_challenge(error$challenge)
  }
  structure(
    c(fields, list(call = called_by_user())),
    class = c(paste0("cognitoken_error_", error$lineage), "cognitoken_error", "error", "condition")
  )
}

# For errors that only R can detect; the compiled code reports all others.
stop_for_argument <- function(message) {
  stop(cognitoken_error(list(lineage = "config", code = "InvalidArgument", message = message, retryable = FALSE)))
}

# The name of the function that the user called, without its arguments, one of which may be a password.
called_by_user <- function() {
  frame <- sys.nframe()
  repeat {
    caller <- sys.parents()[[frame]]
    # What is evaluated for a method or a promise may have itself, or a later frame, as its parent.
    if (caller == 0 || caller >= frame || !identical(topenv(environment(sys.function(caller))), topenv())) {
      break
    }
    frame <- caller
  }
  called <- sys.call(frame)[[1]]
  named <- is.symbol(called) || is.call(called) && identical(called[[1]], quote(`::`))
  if (named) as.call(list(called))
}

# Signals the interrupt that R noted while the compiled code was waiting.
interrupt <- function() {
  signalCondition(structure(list(message = "", call = NULL), class = c("interrupt", "condition")))
  invokeRestart("abort")
}

#' @export
conditionMessage.cognitoken_error <- function(c) {
  paste(c(c$message, c$hint), collapse = "\n")
}

#' @export
print.cognitoken_error <- function(x, ...) {
  cat("<", class(x)[[1]], ">\n", sep = "")
  details <- c(message = x$message, hint = x$hint, code = x$code, `request id` = x$request_id)
  cat(paste0(names(details), ": ", details), sep = "\n")
  invisible(x)
}
