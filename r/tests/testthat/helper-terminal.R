# An interactive R in a terminal of its own (`script` of util-linux), and somebody who types there. It ends with the test
# that called. `columns` is the width of the terminal.
local_terminal <- function(columns = 80, frame = parent.frame()) {
  is_here <- Sys.info()[["sysname"]] == "Linux" && nzchar(Sys.which("script"))
  testthat::skip_if(!is_here, "`script` of util-linux is not here")
  shown <- withr::local_tempfile(.local_envir = frame)
  program <- paste(
    sprintf("stty rows 24 cols %d; exec", columns), shQuote(file.path(R.home("bin"), "R")),
    "--no-save --no-restore --no-readline --quiet --no-init-file"
  )
  # Under testthat the package askpass asks nobody. What a shell starts in the background ignores interrupts.
  withr::local_envvar(c(cleared_variables(), TESTTHAT = NA, TERM = "xterm", SHELL = "/bin/sh"))
  # A console that does not end by itself must not hold up the tests.
  command <- paste(
    "exec env --default-signal=INT timeout --foreground --kill-after=1 60 script --quiet --command", shQuote(program),
    "/dev/null >", shQuote(shown)
  )
  keys <- pipe(command, "wb")
  withr::defer(close(keys), envir = frame)
  press <- function(typed) {
    writeBin(charToRaw(typed), keys)
    flush(keys)
  }
  seen <- function() {
    bytes <- if (file.exists(shown)) readBin(shown, raw(), file.size(shown)) else raw()
    text <- rawToChar(bytes[bytes != 0])
    Encoding(text) <- "UTF-8"
    text
  }
  terminal <- list(
    press = press, type = function(line) press(paste0(enc2utf8(line), "\n")), seen = seen,
    expect = function(text, times = 1) {
      there <- function() lengths(regmatches(seen(), gregexpr(text, seen(), fixed = TRUE))) >= times
      tryCatch(wait_until(there, text), error = function(error) stop(text, " was not shown, but this was: ", seen()))
    },
    screen = function() screen_of(seen())
  )
  terminal$expect("> ")
  terminal
}

# The lines that a terminal shows, without trailing space, of a text that moves the cursor by carriage returns alone.
screen_of <- function(text) {
  line_of <- function(line) {
    row <- character()
    for (part in strsplit(line, "\r", fixed = TRUE)[[1]]) {
      characters <- strsplit(part, "")[[1]]
      row[seq_along(characters)] <- characters
    }
    sub(" +$", "", paste(row, collapse = ""))
  }
  vapply(strsplit(text, "\n", fixed = TRUE)[[1]], line_of, "", USE.NAMES = FALSE)
}
