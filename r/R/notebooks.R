# The table of HTML that notebooks show of an object, in R as in Python: for IRkernel, which asks the package repr,
# and for documents of knitr. R registers the methods when it loads these packages.

# The generics are not imported, so lintr does not know them.
# nolint start: object_name_linter.

#' @exportS3Method repr::repr_html
repr_html.cognito_object <- function(obj, ...) {
  html_of(obj, with_setup = TRUE)
}

#' @exportS3Method repr::repr_html
repr_html.cognito_session <- repr_html.cognito_object

#' @exportS3Method repr::repr_html
repr_html.cognito_code_delivery <- repr_html.cognito_object

#' @exportS3Method repr::repr_html
repr_html.decoded_jwt <- repr_html.cognito_object

# What is printed of a challenge may hold the secret of an authenticator app, which a notebook would keep.
#' @exportS3Method repr::repr_text
repr_text.cognito_object <- function(obj, ...) {
  format(obj)
}

#' @exportS3Method knitr::knit_print
knit_print.cognito_object <- function(x, ..., inline = FALSE) {
  if (inline) {
    return(code_span(x))
  }
  # Nobody sets an app up with a document: its secret stays out of it.
  html <- if (is_html_document()) html_of(x, with_setup = FALSE)
  if (is.null(html)) {
    cat(format(x), sep = "\n")
    return(invisible(x))
  }
  # Pandoc would read `*` and `$` within the table as its own.
  raw <- if (is.null(knitr::pandoc_to())) html else paste0("\n```{=html}\n", html, "\n```\n")
  knitr::asis_output(raw)
}

#' @exportS3Method knitr::knit_print
knit_print.cognito_session <- knit_print.cognito_object

#' @exportS3Method knitr::knit_print
knit_print.cognito_code_delivery <- knit_print.cognito_object

#' @exportS3Method knitr::knit_print
knit_print.decoded_jwt <- knit_print.cognito_object
# nolint end

# GitHub's Markdown takes the styles out of HTML; lines of text can be read in every format.
is_html_document <- function() {
  identical(knitr::opts_knit$get("out.format"), "html") || knitr::is_html_output(excludes = c("markdown", "gfm"))
}

code_span <- function(object) {
  lines <- strsplit(format(object), "\n", fixed = TRUE)[[1]]
  paste0("`", gsub("`", "'", gsub(" +", " ", paste(lines, collapse = "; ")), fixed = TRUE), "`")
}

# NULL for an object that cannot be shown: its lines tell why.
html_of <- function(object, with_setup) {
  tryCatch(
    result_of(.Call(door_object_html, native_half(object), with_setup)),
    cognitoken_error = function(error) NULL
  )
}
