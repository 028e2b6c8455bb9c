# Warnings of class cognitoken_warning_<kind>.
warn_of <- function(notices) {
  for (index in seq_along(notices$text)) {
    warning(structure(
      list(message = shown(notices$text[[index]]), call = NULL),
      class = c(
        paste0("cognitoken_warning_", notices$about[[index]]), "cognitoken_warning", "warning", "condition"
      )
    ))
  }
}

# The message of a condition has the hint below it: whoever prints `$message`, as knitr and R itself do, shows both.
cognitoken_error <- function(error) {
  names <- c("message", "code", "hint", "request_id", "retryable", "expected", "actual", "challenge")
  fields <- lapply(stats::setNames(nm = names), function(name) error[[name]])
  is_text <- vapply(fields, is.character, NA)
  fields[is_text] <- lapply(fields[is_text], shown)
  fields$message <- paste(c(fields$message, fields$hint), collapse = "\n")
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
print.cognitoken_error <- function(x, ...) {
  cat("<", class(x)[[1]], ">\n", sep = "")
  details <- c(message = x$message, code = x$code, `request id` = x$request_id)
  cat(paste0(names(details), ": ", details), sep = "\n")
  invisible(x)
}
