test_that("a report shows every check and is a table", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "secret")
  report <- without_environment(cognito_doctor(
    user$username, user$client_id, user_pool_id = user$user_pool_id, client_secret = user$client_secret,
    endpoint = user$endpoint
  ))
  expect_s3_class(report, "cognito_doctor")
  expect_s3_class(report$checks, "data.frame")
  expect_named(report$checks, c("group", "name", "state", "finding", "fix"))
  expect_true(all(c("values", "service", "store") %in% report$checks$group))
  expect_true(all(report$checks$state %in% c("good", "note", "bad")))
  shown <- capture.output(returned <- withVisible(print(report)))
  expect_false(returned$visible)
  for (text in c(report$checks$name, stats::na.omit(report$checks$fix))) expect_match(shown, text, fixed = TRUE, all = FALSE)
  expect_false(any(grepl(user$client_secret, shown, fixed = TRUE)))
  expect_identical(unique(report$checks$group), intersect(shown, unique(report$checks$group)))
})

test_that("what is missing is a check, not an error, and offline nothing is sent", {
  service <- local_service(status = 500L, body = "")
  report <- without_environment(cognito_doctor(endpoint = service$url, offline = TRUE))
  expect_true("bad" %in% report$checks$state)
  expect_false("service" %in% report$checks$group)
  expect_length(grep("^request", log_lines(service$log)), 0)
  expect_error(cognito_doctor(offline = "yes"), "`offline`", class = "cognitoken_error_config")
})
