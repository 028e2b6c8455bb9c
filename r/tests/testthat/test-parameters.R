# The functions and their documentation, held against the table of parameters that all languages share.

calls <- parameter_table()

# The object of a method is no row of the table.
subject_of <- function(call) {
  if (call$operation == "refresh") {
    "tokens"
  } else if (grepl(".", call$operation, fixed = TRUE)) {
    sub("[.].*", "", call$operation)
  }
}

function_of <- function(call) getExportedValue("cognitoken", call$name)

# session_keep() has tokens beside its session.
parameters_of <- function(call) {
  # NULL for a function without parameters.
  names <- as.character(names(formals(function_of(call))))
  subject <- subject_of(call)
  if (is.null(subject)) {
    return(names)
  }
  expect_identical(names[[1]], subject)
  names[-1]
}

# The text of each argument in the documentation of a function, by its name.
documented <- function(name) {
  has_alias <- function(page) name %in% unlist(Filter(function(part) attr(part, "Rd_tag") == "\\alias", page))
  page <- Filter(has_alias, tools::Rd_db("cognitoken"))[[1]]
  arguments <- Filter(function(part) attr(part, "Rd_tag") == "\\arguments", page)[[1]]
  items <- Filter(function(part) identical(attr(part, "Rd_tag"), "\\item"), arguments)
  text <- function(part) trimws(gsub("\\s+", " ", paste(unlist(part), collapse = "")))
  each <- lapply(items, function(item) {
    names <- strsplit(text(item[[1]]), ", *")[[1]]
    stats::setNames(rep(text(item[[2]]), length(names)), names)
  })
  unlist(each)
}

test_that("a function has the parameters of the table, what is taken by position first", {
  expect_gt(length(calls), 25)
  for (call in calls) {
    names <- parameters_of(call)
    expect_setequal(names, vapply(call$parameters, function(row) row$name, ""))
    expect_identical(utils::head(names, length(call$positional)), as.character(call$positional), info = call$name)
  }
})

test_that("a parameter has the default of the table", {
  for (call in calls) {
    formals <- formals(function_of(call))
    for (row in call$parameters) {
      where <- paste(call$name, row$name)
      is_required <- identical(formals[[row$name]], substitute())
      expect_identical(is_required, row$is_required, info = where)
      if (!is_required) expect_identical(eval(formals[[row$name]]), row$default, info = where)
    }
  }
})

test_that("the documentation of a parameter begins with the sentence of the table, and names the variable", {
  for (call in calls) {
    texts <- documented(call$name)
    for (row in call$parameters) {
      where <- paste(call$name, row$name)
      expect_true(row$name %in% names(texts), info = where)
      expect_true(startsWith(texts[[row$name]], row$sentence), info = paste0(where, ": ", texts[[row$name]]))
      expect_match(texts[[row$name]], row$variable, fixed = TRUE, info = where)
    }
  }
})

test_that("a function that is no call of the table has parameters that are", {
  beside <- setdiff(getNamespaceExports("cognitoken"), vapply(calls, function(call) call$name, ""))
  expect_setequal(beside, c("get_jwt", "cognito_headers", "jwt_any", "req_auth_cognito"))
  login <- Filter(function(call) call$operation == "login", calls)[[1]]
  expect_length(setdiff(names(formals(get_jwt)), parameters_of(login)), 0)
})

test_that("no secret of a session is saved with it", {
  session <- Filter(function(call) call$operation == "session", calls)[[1]]
  secrets <- Filter(function(row) row$is_secret, session$parameters)
  expect_gt(length(secrets), 3)
  expect_length(setdiff(vapply(secrets, function(row) row$name, ""), secret_values), 0)
})
