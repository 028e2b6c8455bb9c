# Calls every function of the package with every kind of value in the place of each of its arguments. Run by
# test-every-argument.R in a process of its own, which a fault of compiled code ends.
#
# Usage: Rscript every_argument.R LOG SERVICE CHALLENGING. LOG gets a line "call ..." before each call and a line
# "fault ..." for an outcome that a user should never see. SERVICE signs everybody in, CHALLENGING asks for more.

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE, fixed = TRUE), fixed = TRUE)
arguments <- commandArgs(TRUE)
service <- arguments[[2]]
log <- file(arguments[[1]], "w")
library(cognitoken)

note <- function(...) {
  writeLines(paste0(...), log, useBytes = TRUE)
  flush(log)
}

# Values ---------------------------------------------------------------------------------------------------------------

marked <- function(text, encoding) {
  Encoding(text) <- encoding
  text
}

invalid <- rawToChar(as.raw(c(charToRaw("hunter2"), 0xff, 0xfe)))

nested <- function(levels, ...) {
  value <- list("hunter2")
  for (level in seq_len(levels)) value <- list(a = value)
  structure(value, ...)
}

methods::setClass("Sealed", representation(part = "character"))
nothing <- function(...) structure(methods::new("externalptr"), ...)

# What asks such an object anything gets an error of its own.
stopped <- "stopped by the caller"
length.unwilling <- names.unwilling <- is.na.unwilling <- as.character.unwilling <- function(x, ...) stop(stopped)
`[[.unwilling` <- `$.unwilling` <- function(x, ...) stop(stopped)
for (generic in c("length", "names", "is.na", "as.character", "[[", "$")) {
  registerS3method(generic, "unwilling", get(paste0(generic, ".unwilling")), globalenv())
}

# `short` are the values that are tried again for an argument of the same name in another function.
kinds <- expression(
  NULL, character(), integer(), double(), logical(), complex(), raw(), list(), pairlist(),
  NA, NA_character_, NA_integer_, NA_real_, NaN, Inf, -Inf, 0, -1, 0.5, 1e308, .Machine$integer.max, 2^53 + 2, 1i,
  as.raw(1), TRUE, FALSE, 1:2, c(1, NA), c(TRUE, NA), as.character(1:2),
  "", " ", "hunter2", "hunter2\r\nX-Hunter: 2", "%s%n%s hunter2", "\u00fc hunter2 \U0001F511", "\u202ehunter2",
  "hunter2.hunter2.hunter2", "http://hunter2:hunter2@127.0.0.1:1/", "file:", "redis://", "{\"hunter2\":", "{}",
  strrep("hunter2", 1e4), invalid, marked(invalid, "UTF-8"), marked(invalid, "bytes"), marked(invalid, "latin1"),
  c("hunter2", "hunter3"), c("hunter2", NA), c(a = "hunter2"), c(a = NA_character_), c(a = "hunter2", "hunter3"),
  c(a = "hunter2", a = "hunter3"), matrix("hunter2"), I("hunter2"),
  factor("hunter2"), factor(NA), factor(character()), structure(99L, levels = "hunter2", class = "factor"),
  structure(1L, class = "factor"), Sys.Date(), Sys.time(), as.POSIXlt(Sys.time()), as.difftime(1, units = "secs"),
  numeric_version("1.2"), data.frame(), data.frame(a = "hunter2"),
  function(...) stop(stopped), function() NULL, sum, `if`, quote(hunter2), hunter2 ~ x, globalenv(), new.env(),
  stdout(), simpleError("hunter2"), methods::new("Sealed", part = "hunter2"), structure("hunter2", class = "unwilling"),
  nothing(), nothing(class = c("cognito_tokens", "cognito_object")),
  nothing(class = c("cognito_challenge", "cognito_object")), nothing(class = c("cognito_device", "cognito_object")),
  foreign(), foreign(c("cognito_tokens", "cognito_object")), structure("hunter2", class = "cognito_tokens"),
  structure(list(), class = "cognito_session"), structure(new.env(), class = "cognito_session"),
  structure(list(), class = "jwt_verifier"), structure("hunter2", class = "jwt_any"), jwt_any(),
  tokens, challenge, session, verifier, device,
  list(NULL), list("hunter2"), list(a = "hunter2"), list(a = NULL), list(a = character()), list(a = NA),
  list(a = NA_integer_), list(a = Inf), list(a = "hunter2", a = "hunter3"), list(a = "hunter2", "hunter3"),
  stats::setNames(list("hunter2"), NA), stats::setNames(list("hunter2"), invalid),
  stats::setNames(list("hunter2"), marked("f\xfc", "latin1")), stats::setNames(list(a = 1)[0], character()),
  list(a = c("hunter2", "hunter3")), list(a = factor("hunter2")), list(a = factor(NA)),
  list(a = structure(99L, levels = "hunter2", class = "factor")), list(a = structure(1L, class = "factor")),
  list(a = list()), list(a = list(b = list(c = "hunter2"))), list(a = quote(hunter2)), list(a = nothing()),
  list(a = invalid), list(a = as.raw(1)), list(keys = list()), list(keys = "hunter2"), list(keys = list(list())),
  list(keys = data.frame()), list(keys = list(list(kty = "RSA", kid = NA, n = 1, e = TRUE))),
  nested(50), nested(30000), nested(30000, class = "hunter2")
)

short <- expression(
  NULL, character(), double(), list(), NA, -1, TRUE, "hunter2", marked(invalid, "UTF-8"), factor(NA), foreign(),
  list(a = "hunter2"), nested(30000)
)

# An external pointer that belongs to R itself.
foreign <- function(class = NULL) {
  pointer <- getLoadedDLLs()[["stats"]][["handle"]]
  if (!is.null(class)) class(pointer) <- class
  pointer
}

labels <- vapply(kinds, function(kind) substr(paste(deparse(kind, 500), collapse = " "), 1, 90), "")

# Functions ---------------------------------------------------------------------------------------------------

segment <- function(text) gsub("=", "", chartr("+/", "-_", jsonlite::base64_enc(charToRaw(text))))
jwt <- paste(segment('{"alg":"RS256","kid":"key"}'), segment('{"sub":"ada","exp":4102444800}'), "c2ln", sep = ".")

# A value that can be used, for each argument that a call needs, or that keeps it short and on this machine.
usual <- list(
  username = "ada", password = "secret", client_id = "client", user_pool_id = "eu-west-1_AbCdEfGhI", endpoint = service,
  domain = service, identity_endpoint = service, identity_pool_id = "eu-west-1:0d5e3c1a-9c8b-4f7e-8a6d-5b4c3d2e1f00",
  jwks_url = paste0(service, "/jwks"), timeout = 0.1, refresh_token = "refresh", code = "123456",
  new_password = "Other-secret-1", previous = "secret", proposed = "Other-secret-1", logout_uri = "https://example.com/",
  bundle = "bundle", jwt = jwt, jwts = c(jwt, jwt), token = jwt, key = "eu-west-1_0d5e3c1a", group_key = "group",
  profile = "work", redirect_uri = "http://127.0.0.1:0/", open_browser = function(link) stop(stopped),
  store = "memory"
)

tokens <- cognito_login("ada", "secret", "client", endpoint = service)
session <- do.call(cognito_session, usual[c("username", "password", "client_id", "endpoint")])
verifier <- jwt_verifier("eu-west-1_AbCdEfGhI", "client", jwks = readChar(file.path(dirname(script), "fixtures", "jwks.json"), 1e5))
device <- cognito_device("eu-west-1_0d5e3c1a", "group", "secret")
challenge <- tryCatch(
  cognito_login("ada", "secret", "client", endpoint = arguments[[3]]),
  cognitoken_error_challenge_required = function(error) error$challenge
)
usual <- c(usual, list(tokens = tokens, session = session, verifier = verifier, challenge = challenge))
if (requireNamespace("httr2", quietly = TRUE)) usual$req <- httr2::request(service)

# Outcomes -------------------------------------------------------------------------------------------------------------

inside <- "panick|PoisonError|extendr|unwrap|RefCell|InternalFault|cognitoken failed inside|Rust|[.]rs:"

# What is wrong with a condition, or NULL.
wrong_with <- function(condition, is_secret, is_ours) {
  message <- conditionMessage(condition)
  shown <- paste(message, condition$code, paste(deparse(conditionCall(condition)), collapse = ""))
  if (!is.character(message) || length(message) != 1 || is.na(message) || !nzchar(message)) {
    "has no message"
  } else if (!validUTF8(message)) {
    "has a message that is not valid UTF-8"
  } else if (grepl(inside, shown)) {
    "tells of the inside"
  } else if (is_secret && grepl("hunter", shown)) {
    "shows a secret"
  } else if (nchar(message) > 1000) {
    "has a very long message"
  } else if (!is_ours(condition) && !identical(message, stopped)) {
    "is not of this package"
  }
}

# Makes a call, which must end in a value or in a condition of this package.
is_of_this_package <- function(condition) inherits(condition, c("cognitoken_error", "cognitoken_warning"))

try_call <- function(what, is_secret, code, is_ours = is_of_this_package) {
  note("call ", what)
  fault <- function(condition) {
    wrong <- wrong_with(condition, is_secret, is_ours)
    if (!is.null(wrong)) {
      note("fault ", what, " ", wrong, ": ", class(condition)[[1]], ": ", substr(conditionMessage(condition), 1, 200))
    }
  }
  tryCatch(
    withCallingHandlers(suppressMessages(code), warning = function(warning) {
      fault(warning)
      tryInvokeRestart("muffleWarning")
    }),
    error = fault
  )
}

# The usual values that a call is made with. A profile or tokens exclude values beside them.
is_required <- function(default) identical(default, quote(expr = ))

usual_for <- function(formals) {
  required <- names(Filter(is_required, formals))
  for (unknown in setdiff(required, names(usual))) note("fault no usual value is written here for `", unknown, "`")
  usual[setdiff(intersect(names(formals), names(usual)), setdiff(c("profile", "tokens"), required))]
}

rows <- unlist(lapply(cognitoken:::parameter_table(), function(call) call$parameters), recursive = FALSE)
secrets <- vapply(Filter(function(row) row$is_secret, rows), function(row) row$name, "")

values <- lapply(kinds, eval)
tried_everywhere <- match(vapply(short, deparse, ""), vapply(kinds, function(kind) deparse(kind, 500)[[1]], ""))
stopifnot(!anyNA(tried_everywhere))
tried <- character()

try_function <- function(name) {
  formals <- formals(getExportedValue("cognitoken", name))
  given <- usual_for(formals)
  for (argument in names(formals)) {
    for (index in if (argument %in% tried) tried_everywhere else seq_along(values)) {
      given_too <- given
      given_too[argument] <- values[index]
      what <- paste0(name, "(", argument, " = ", labels[[index]], ")")
      try_call(what, argument %in% secrets, do.call(name, given_too, quote = TRUE))
    }
    tried <<- c(tried, argument)
    # R itself says what is missing, where it is missed.
    if (!argument %in% without_default(name)) {
      try_call(paste0(name, "() without ", argument), FALSE, do.call(name, given[names(given) != argument], quote = TRUE))
    }
  }
}

# The arguments that R code reads before the compiled code does.
without_default <- function(name) {
  if (!name %in% c("decode_jwt", "jwt_verify", "jwt_verify_many", "req_auth_cognito")) {
    return(character())
  }
  names(Filter(is_required, formals(getExportedValue("cognitoken", name))))
}

exports <- setdiff(sort(getNamespaceExports("cognitoken")), if (is.null(usual$req)) "req_auth_cognito")
for (name in exports) try_function(name)

# Methods --------------------------------------------------------------------------------------------------------------

# Objects as they should be.
objects <- list(
  tokens, challenge, session, verifier, device, decode_jwt(jwt), jwt_any(), session_status(session),
  cognito_doctor(offline = TRUE), tryCatch(cognito_login(1), error = identity)
)

# What only looks like one: lists whose parts the compiled code reads, and external pointers. An external pointer would be
# changed where it is: each is made anew.
looking_like <- function(class, value) {
  if (!class %in% c("decoded_jwt", "cognito_code_delivery")) {
    classes <- c(class, "cognito_object")
    return(list(nothing(class = classes), foreign(classes)))
  }
  members <- c("header", "payload", "signature", "destination")
  list(structure(list(value), class = class), structure(stats::setNames(rep(list(value), 4), members), class = class))
}

showing <- list(names = names, as.list = as.list, format = format, print = print)
if (requireNamespace("repr", quietly = TRUE)) showing$repr_html <- repr::repr_html
if (requireNamespace("knitr", quietly = TRUE)) showing$knit_print <- knitr::knit_print

has_method <- function(generic, class) {
  !is.null(utils::getS3method(generic, class, optional = TRUE, envir = asNamespace("cognitoken")))
}

try_methods <- function(class) {
  of_class <- if (has_method("[[", class)) Filter(function(object) inherits(object, class), objects)
  is_list <- class %in% c("decoded_jwt", "cognito_code_delivery")
  for (index in if (is_list) seq_along(values) else tried_everywhere) {
    for (object in of_class) {
      try_call(paste0("<", class, ">[[", labels[[index]], "]]"), FALSE, object[[values[[index]]]])
    }
    for (name in Filter(function(generic) has_method(generic, class), names(showing))) {
      for (like in looking_like(class, values[[index]])) {
        what <- paste0(name, "(<", class, "> of ", labels[[index]], ")")
        try_call(what, FALSE, utils::capture.output(showing[[name]](like)))
      }
    }
  }
}

classes <- unique(c(unlist(lapply(objects, class)), "cognito_code_delivery"))
for (class in setdiff(classes, c("cognito_session", "cognitoken_error", "jwt_any"))) try_methods(class)

note("end")
