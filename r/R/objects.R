# Objects of the compiled code: external pointers, so that no way of printing, saving or comparing shows what is in
# them.

#' @export
`$.cognito_object` <- function(x, name) {
  result_of(.Call(door_object_field, x, name))
}

#' @export
`[[.cognito_object` <- `$.cognito_object`

# Neither this nor what is printed fails for an object that is empty.
#' @export
names.cognito_object <- function(x) {
  .Call(door_object_fields, x)$ok
}

# Of a device, whose three parts a program keeps, and of a status and a profile, which hold no secret. Tokens and
# challenges have no such list: it would be printed whole.
#' @export
as.list.cognito_device <- function(x, ...) {
  names <- result_of(.Call(door_object_fields, x))
  stats::setNames(lapply(names, function(name) x[[name]]), names)
}

#' @export
as.list.cognito_session_status <- as.list.cognito_device

#' @export
as.list.cognito_profile <- as.list.cognito_device

#' @export
format.cognito_object <- function(x, ...) {
  title <- paste0("<", class(x)[[1]], ">")
  lines_of(title, c(title, text_of(x)))
}

#' @export
print.cognito_object <- function(x, ...) {
  cat(format(x), sep = "\n")
  invisible(x)
}

#' @export
format.cognito_session <- format.cognito_object

#' @export
print.cognito_session <- print.cognito_object

#' @export
format.cognito_code_delivery <- format.cognito_object

#' @export
print.cognito_code_delivery <- print.cognito_object

#' @export
format.decoded_jwt <- format.cognito_object

#' @export
print.decoded_jwt <- print.cognito_object

text_of <- function(object) {
  result_of(.Call(door_object_text, native_half(object)))
}

# The part of an object that the compiled code knows.
native_half <- function(object) {
  if (inherits(object, "cognito_session")) pointer_of(object) else object
}

# The lines that show an object, as one string. Nothing that is printed fails: where an object cannot be shown, the
# lines tell why.
lines_of <- function(title, lines) {
  lines <- tryCatch(lines, error = function(error) {
    c(title, paste0("  ", strsplit(shown(conditionMessage(error)), "\n")[[1]]))
  })
  paste(lines, collapse = "\n")
}
