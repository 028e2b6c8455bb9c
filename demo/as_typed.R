# Runs a script as if someone typed it: every expression is shown, then its value, as at R's own prompt.

run_as_typed <- function(path) {
  lines <- readLines(path)
  expressions <- parse(path, keep.source = TRUE)
  scope <- new.env(parent = globalenv())
  shown <- 0
  for (expression in seq_along(expressions)) {
    place <- attr(expressions, "srcref")[[expression]]
    for (number in seq(shown + 1, place[3])) {
      prompt <- if (number > place[1]) "+ " else "> "
      cat(if (nzchar(lines[number])) paste0(prompt, lines[number]), "\n", sep = "")
    }
    shown <- place[3]
    result <- withVisible(eval(expressions[[expression]], scope))
    if (result$visible) print(result$value)
  }
}

run_as_typed(commandArgs(trailingOnly = TRUE)[1])
