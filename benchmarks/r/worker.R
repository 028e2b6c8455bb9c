# Contenders of one row in R: `Rscript worker.R ROW`. One JSON object a line, as python/worker.py says it.

here <- dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE), fixed = TRUE))
input <- file("stdin", open = "r")
ask <- function() {
  line <- readLines(input, n = 1)
  if (length(line)) jsonlite::fromJSON(line, simplifyDataFrame = FALSE)
}
say <- function(answer) {
  cat(jsonlite::toJSON(answer, auto_unbox = TRUE, digits = NA, null = "null", na = "null"), "\n", sep = "")
  flush(stdout())
}
# proc.time() counts in milliseconds.
now <- function() as.numeric(Sys.time())
timed <- function(call, size) {
  started <- now()
  for (turn in seq_len(size)) call()
  now() - started
}

given <- ask()
source(file.path(here, paste0(commandArgs(trailingOnly = TRUE)[[1]], ".R")))
contenders <- prepare(given)
sizes <- list()
say(list(names = as.list(names(contenders))))

while (!is.null(asked <- ask())) {
  call <- contenders[[asked$name]]
  if (asked$do == "answer") {
    say(list(answer = call()))
  } else if (asked$do == "once") {
    started <- now()
    answer <- call()
    say(list(seconds = now() - started, answer = answer))
  } else {
    size <- sizes[[asked$name]]
    if (is.null(size)) {
      size <- 1
      while (timed(call, size) < asked$batch) size <- size * 2
      sizes[[asked$name]] <- size
    }
    say(list(seconds = timed(call, size) / size))
  }
}
