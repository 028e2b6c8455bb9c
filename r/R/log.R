# The number of `options(cognitoken.verbosity =)`: 0 for no log, 1 for outcomes, 2 for each request and decision.
verbosity <- function() {
  number <- getOption("cognitoken.verbosity", 0)
  if (!is.numeric(number) || length(number) != 1 || !number %in% 0:2) {
    stop_for_argument("the option `cognitoken.verbosity` must be 0, 1 or 2")
  }
  as.numeric(number)
}

# The columns of the console in which the words for a wait are shown, written over and taken away again: 0 where no
# person looks, or the console cannot go back to the beginning of a line. In a Jupyter notebook it cannot.
columns_for_waits <- function() {
  quiet <- identical(getOption("rlib_message_verbosity"), "quiet") || sink.number("message") != 2
  shown <- interactive() && !quiet && (identical(.Platform$GUI, "RStudio") || terminal_goes_back())
  if (shown) as.numeric(getOption("width", 80)) else 0
}

terminal_goes_back <- function() {
  isatty(stderr()) && (.Platform$OS.type == "windows" || !Sys.getenv("TERM") %in% c("", "dumb"))
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
