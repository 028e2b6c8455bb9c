# Times of contenders that take turns, in seconds for one call.

given <- jsonlite::fromJSON(file("stdin"))

measure <- function(contenders, expected, batch = 0.05) {
  timed <- function(call, size) {
    started <- proc.time()[["elapsed"]]
    for (turn in seq_len(size)) call()
    proc.time()[["elapsed"]] - started
  }
  sizes <- lapply(contenders, function(call) {
    stopifnot(identical(call(), expected))
    size <- 16
    while (timed(call, size) < batch) size <- size * 2
    size
  })
  measured <- lapply(contenders, function(call) numeric())
  for (round in seq_len(given$rounds)) {
    for (name in names(contenders)) {
      measured[[name]] <- c(measured[[name]], timed(contenders[[name]], sizes[[name]]) / sizes[[name]])
    }
  }
  cat(jsonlite::toJSON(measured, digits = NA), "\n", sep = "")
}
