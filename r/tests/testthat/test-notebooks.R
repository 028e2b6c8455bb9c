# What IRkernel (by the package repr) and knitr show of the objects.

every_object <- function(frame = parent.frame()) {
  tokens <- mock_tokens(frame = frame)
  session <- without_environment(cognito_session("ada", client_id = "client", store = "memory"))
  details <- list(Destination = "a***@e***", DeliveryMedium = "EMAIL", AttributeName = "email")
  body <- jsonlite::toJSON(list(CodeDeliveryDetails = details), auto_unbox = TRUE)
  service <- local_service(status = 200L, body = body, frame = frame)
  list(
    tokens = tokens,
    session = session,
    status = session_status(session),
    device = cognito_device("us-east-1_key", "-group", "SecretOfTheDevice"),
    delivery = without_environment(cognito_forgot_password("ada", "client", endpoint = service$url)),
    decoded = decode_jwt(unsigned_token('{"sub":"ada","name":"<b>*a* $x$</b>","cognito:groups":["admins"],"wide":4294967296}')),
    verifier = jwt_verifier(c("us-east-1_AbCdEfGhI", "eu-west-1_JkLmNoPqR"), "client", groups = "admins"),
    report = without_environment(cognito_doctor(offline = TRUE, store = "memory"))
  )
}

# The texts of the cells of a table.
cells <- function(html) {
  cells <- regmatches(html, gregexpr("<t[hd][^>]*>.*?</t[hd]>", html, perl = TRUE))[[1]]
  texts <- gsub("<[^>]+>", " ", gsub("<wbr>", "", cells, fixed = TRUE))
  for (entity in list(c("&lt;", "<"), c("&gt;", ">"), c("&quot;", "\""), c("&#39;", "'"), c("&amp;", "&"))) {
    texts <- gsub(entity[[1]], entity[[2]], texts, fixed = TRUE)
  }
  texts
}

words <- function(texts) {
  words <- unlist(strsplit(texts, "[[:space:]]+"))
  words[nzchar(words)]
}

# What knitr makes of code, as for a document that pandoc writes in this format.
knitted <- function(code, format = NULL, objects = list()) {
  before <- knitr::opts_knit$get("rmarkdown.pandoc.to")
  knitr::opts_knit$set(rmarkdown.pandoc.to = format)
  on.exit(knitr::opts_knit$set(rmarkdown.pandoc.to = before))
  input <- withr::local_tempfile(lines = c("```{r}", code, "```"), fileext = ".Rmd")
  output <- withr::local_tempfile(fileext = ".md")
  knitr::knit(input, output, quiet = TRUE, envir = list2env(objects, parent = globalenv()))
  paste(readLines(output, encoding = "UTF-8"), collapse = "\n")
}

test_that("a notebook shows every object as a table with the words of its lines, in their order", {
  skip_if_not_installed("repr")
  for (object in every_object()) {
    name <- class(object)[[1]]
    html <- repr::repr_html(object)
    expect_match(html, "<th scope=\"row\"", fixed = TRUE, label = name)
    lines <- strsplit(format(object), "\n", fixed = TRUE)[[1]]
    expect_identical(lines[[1]], paste0("<", name, ">"))
    expect_identical(words(cells(html)), words(lines[-1]), label = name)
    expect_identical(repr::repr_text(object), format(object), label = name)
    for (secret in c(secret_words, "SecretOfTheDevice")) expect_false(grepl(secret, html, fixed = TRUE), label = name)
  }
})

test_that("a notebook shows what a token says as text, and as Python does", {
  skip_if_not_installed("repr")
  decoded <- every_object()$decoded
  html <- repr::repr_html(decoded)
  expect_false(grepl("<b>", html, fixed = TRUE))
  expect_true(all(c("<b>*a* $x$</b>", "admins", "4294967296") %in% trimws(cells(html))))
  expect_null(repr::repr_markdown(decoded))
})

test_that("the table names pools and issuers for what they are", {
  skip_if_not_installed("repr")
  tokens <- mock_tokens()
  expect_false("User pool" %in% cells(repr::repr_html(tokens)))
  expect_match(format(tokens), "Issuer +https://issuer.example")
  expect_match(format(every_object()$verifier), "User pools +us-east-1_AbCdEfGhI, eu-west-1_JkLmNoPqR")
})

test_that("an object without its contents shows why, and fails nowhere", {
  skip_if_not_installed("repr")
  skip_if_not_installed("knitr")
  file <- withr::local_tempfile()
  saveRDS(mock_tokens(), file)
  empty <- readRDS(file)
  expect_null(repr::repr_html(empty))
  expect_match(repr::repr_text(empty), "comes from a file")
  expect_match(knitted("empty", "html", list(empty = empty)), "## .*comes from a file")
  changed <- every_object()$decoded
  changed$payload <- list(quote(a + b))
  expect_null(repr::repr_html(changed))
  expect_match(repr::repr_text(changed), "<decoded_jwt>", fixed = TRUE)
})

test_that("a document of HTML has the table, which pandoc takes as it is", {
  skip_if_not_installed("knitr")
  objects <- every_object()
  for (name in names(objects)) {
    text <- knitted("object", "html", list(object = objects[[name]]))
    expect_match(text, "```\\{=html\\}\n<table [^\n]*</table>\n```", label = name)
    expect_false(grepl("## ", text, fixed = TRUE), label = name)
    for (secret in c(secret_words, "SecretOfTheDevice")) expect_false(grepl(secret, text, fixed = TRUE), label = name)
  }
})

test_that("a document of any other format has the lines", {
  skip_if_not_installed("knitr")
  objects <- every_object()
  for (format in list("latex", "gfm", "docx", NULL)) {
    text <- knitted("object", format, list(object = objects$verifier))
    expect_match(text, "## <jwt_verifier>\n## User pools  us-east-1_AbCdEfGhI", fixed = TRUE)
    expect_false(grepl("<table", text, fixed = TRUE))
  }
  inline <- knitr::knit_print(objects$session, inline = TRUE)
  expect_match(inline, "^`<cognito_session>; Signed in as [^`]*`$")
})

test_that("only a notebook shows the secret of an authenticator app, as a picture alone", {
  skip_if_not_installed("repr")
  skip_if_not_installed("knitr")
  challenge <- challenge_of(wire_user(mock_wire(), "setup_totp"))
  expect_match(repr::repr_html(challenge), "<svg", fixed = TRUE)
  shown <- c(
    repr::repr_html(challenge), repr::repr_text(challenge), knitted("challenge", "html", list(challenge = challenge)),
    knitted("challenge", "latex", list(challenge = challenge))
  )
  for (text in shown) expect_false(grepl(challenge$totp_secret, text, fixed = TRUE))
  for (text in shown[2:4]) expect_false(grepl("<svg|\u2588|\u2580|\u2584", text))
  expect_match(shown[[3]], "MFA_SETUP", fixed = TRUE)
})

test_that("a report is a table of the fields of its checks", {
  checks <- every_object()$report$checks
  expect_named(checks, c("group", "name", "state", "finding", "fix"))
})
