# The number of `options(cognitoken.verbosity =)`: 0 for no log, 1 for outcomes, 2 for each request and decision.
verbosity <- function() {
  number <- getOption("cognitoken.verbosity", 0)
  if (!is.numeric(number) || length(number) != 1 || !number %in% 0:2) {
    stop_for_argument("the option `cognitoken.verbosity` must be 0, 1 or 2")
  }
  as.numeric(number)
}

# Each line of the log is a message, those of work in the background too.
tell_log <- function(lines) {
  for (index in seq_along(lines$text)) {
    message(structure(
      list(
        message = paste0(lines$target[[index]], ": ", shown(lines$text[[index]]), "\n"), call = NULL,
        level = lines$level[[index]], target = lines$target[[index]]
      ),
      class = c("cognitoken_message", "message", "condition")
    ))
  }
}
