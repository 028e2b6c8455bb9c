# The one door to the compiled code: an operation by its name, with its values by theirs. Their types are checked there.

# Does an operation, and gives its result or raises its condition.
perform <- function(operation, values = list()) {
  result_of(reply_of(operation, values))
}

# Does an operation, tells what came with it, and gives its reply: `ok` or `error`, and in a conversation `asks`, which
# is "answer" if a challenge has to be answered now, and "value" if the call has to be made again with the value that
# `missing` describes.
reply_of <- function(operation, values = list(), conversation = NULL) {
  heard(.Call(door_call_operation, operation, values, conversation, verbosity(), columns_for_waits()))
}

result_of <- function(reply) {
  if (!is.null(reply$error)) {
    stop(cognitoken_error(reply$error))
  }
  reply$ok
}

# The log first: it is of what happened before the outcome.
heard <- function(reply) {
  tell_log(reply$log)
  if (isTRUE(reply$interrupted)) {
    interrupt()
  }
  warn_of(reply$notices)
  reply
}

# What was given to the function that calls this, by the names of its parameters, without what is NULL or was left out.
# `subject` names the parameter whose object the operation is a method of.
given <- function(subject = NULL, except = NULL) {
  frame <- parent.frame()
  defaults <- formals(sys.function(sys.parent()))
  values <- list()
  for (name in names(defaults)) {
    is_absent <- identical(defaults[[name]], substitute()) &&
      eval(as.call(list(quote(missing), as.name(name))), frame)
    if (!is_absent && !name %in% except) values[[name]] <- text_as_utf8(get(name, envir = frame))
  }
  if (!is.null(subject)) {
    values$self <- checked_subject(values[[subject]], subject)
    values[[subject]] <- NULL
  }
  values
}

# The class of the object of each subject, and its description.
subjects <- list(
  tokens = c("cognito_tokens", "tokens, as cognito_login() gives them"),
  challenge = c(
    "cognito_challenge", "a challenge: the field `challenge` of a condition, or what cognito_respond() gave"
  ),
  session = c("cognito_session", "a session, as cognito_session() gives it"),
  verifier = c("jwt_verifier", "what jwt_verifier() gave")
)

checked_subject <- function(object, name) {
  if (!inherits(object, subjects[[name]][[1]])) {
    stop_for_argument(paste0("`", name, "` must be ", subjects[[name]][[2]]))
  }
  object
}

# Lists within lists are read as far as the compiled code takes them: what is nested deeper is refused there.
text_as_utf8 <- function(value, levels = 128) {
  if (is.character(value)) {
    value <- as_utf8(value)
  } else if (is.list(value) && !is.object(value) && levels > 0) {
    value <- lapply(value, text_as_utf8, levels - 1)
  } else {
    return(value)
  }
  if (!is.null(names(value))) names(value) <- as_utf8(names(value))
  value
}

# A string of unknown encoding that is UTF-8 is taken as such: in the C locale, where many jobs run, enc2utf8() would
# write each letter beyond ASCII as "<c3><bc>", and that is not the password.
as_utf8 <- function(text) {
  to_convert <- Encoding(text) != "unknown" | !validUTF8(text)
  text[to_convert] <- enc2utf8(text[to_convert])
  text
}

# The table of parameters that all languages share.
parameter_table <- function() {
  result_of(.Call(door_table_of_parameters))
}
