# Folders of this test's own, for profiles and tokens.
own_folders <- function(frame = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = frame)
  withr::local_envvar(
    c(
      cleared_variables(),
      XDG_CONFIG_HOME = file.path(folder, "config"), XDG_DATA_HOME = file.path(folder, "data"),
      DBUS_SESSION_BUS_ADDRESS = ""
    ),
    .local_envir = frame
  )
  withr::local_dir(withr::local_tempdir(.local_envir = frame), .local_envir = frame)
  folder
}

keep_profile_of <- function(user, ...) {
  values <- user[setdiff(names(user), "password")]
  do.call(cognito_configure, c(list(...), values[!vapply(values, is.null, NA)]))
}

# What lines print in an R of their own, in another folder.
next_day <- function(lines) {
  script <- withr::local_tempfile(lines = c("library(cognitoken)", lines), fileext = ".R")
  withr::with_dir(withr::local_tempdir(), {
    system2(file.path(R.home("bin"), "Rscript"), c("--no-init-file", script), stdout = TRUE)
  })
}

test_that("a profile answers in every folder", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  own_folders()
  keep_profile_of(user)
  tokens <- cognito_login(password = user$password)
  said <- next_day("cat(session_tokens(cognito_session())$claims$`cognito:username`)")
  expect_identical(said, user$username)
  session <- cognito_session()
  expect_identical(session_id_token(session), tokens$id_token)
  status <- session_status(session)
  expect_identical(status$profile, "default")
  expect_identical(status$sources$client_id, "the profile default")
  expect_type(status$refresh_token_issued_at, "double")
  expect_match(format(jwt_verifier()), user$user_pool_id, fixed = TRUE)
  expect_match(format(cognito_doctor(offline = TRUE)), "default, which gives COGNITO_USER_NAME", fixed = TRUE)
  expect_identical(sum(asked(wire, user) == "InitiateAuth"), 1L)
})

test_that("a profile shows itself, has fields, and is listed and forgotten", {
  own_folders()
  expect_length(cognito_profiles(), 0)
  profile <- cognito_configure("work", client_id = "1example23456789", username = "ada", region = "eu-west-1")
  expect_s3_class(profile, "cognito_profile")
  expect_identical(profile$username, "ada")
  expect_false(profile$is_chosen)
  expect_null(profile$store)
  expect_identical(as.list(profile)$region, "eu-west-1")
  expect_match(capture.output(print(profile)), "^Client ID +1example23456789$", all = FALSE)
  expect_error(profile$password, class = "cognitoken_error_config")
  changed <- cognito_configure("work", username = "grace")
  expect_identical(changed$client_id, "1example23456789")
  expect_identical(changed$username, "grace")
  cognito_configure(client_id = "2example23456789")
  expect_named(cognito_profiles(), c("work", "default"))
  expect_true(cognito_switch(profile = "work")$is_chosen)
  expect_invisible(cognito_forget_profile("work"))
  expect_named(cognito_profiles(), "default")
  expect_identical(caught(cognito_forget_profile("work"))$code, "ProfileNotFound")
  expect_identical(caught(cognito_session(profile = "work"))$code, "ProfileNotFound")
})

test_that("users of one client are told apart, and switched between", {
  wire <- mock_wire()
  users <- list(wire_user(wire, "plain"), wire_user(wire, "plain"))
  own_folders()
  keep_profile_of(users[[1]])
  for (user in users) cognito_login(user$username, user$password)
  expect_identical(session_tokens(cognito_session())$claims$`cognito:username`, users[[1]]$username)
  signed_in <- cognito_sign_ins()
  expect_setequal(vapply(signed_in, function(status) status$username, ""), c(users[[1]]$username, users[[2]]$username))
  expect_identical(unique(vapply(signed_in, function(status) status$profile, "")), "default")
  expect_identical(cognito_switch(users[[2]]$username)$username, users[[2]]$username)
  expect_identical(session_tokens(cognito_session())$claims$`cognito:username`, users[[2]]$username)
  expect_identical(caught(cognito_switch("nobody"))$code, "NotSignedIn")
  expect_s3_class(caught(cognito_switch()), "cognitoken_error_config")
})

test_that("a client secret is in no file of the profiles, and answers the next day", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain", client = "secret")
  folder <- own_folders()
  expect_true(keep_profile_of(user)$has_client_secret)
  cognito_login(password = user$password)
  said <- next_day("cat(session_refresh(cognito_session())$claims$`cognito:username`)")
  expect_identical(said, user$username)
  files <- list.files(folder, recursive = TRUE, all.files = TRUE, full.names = TRUE)
  expect_gt(length(files), 2)
  holds_secret <- vapply(files, function(file) {
    length(grepRaw(user$client_secret, readBin(file, "raw", file.size(file)), fixed = TRUE)) > 0
  }, NA)
  expect_true(all(startsWith(files[holds_secret], file.path(folder, "data", "cognitoken", "tokens"))))
  expect_true(all(format(file.mode(files[holds_secret])) == "600"))
})

test_that("a person at the console is asked, with what is known as the default", {
  own_folders()
  lines <- c("library(cognitoken)", "kept <- cognito_configure()")
  shows <- "cat('kept', kept$client_id, kept$username, kept$region, '\n')"
  output <- at_the_console(c(lines, "no id", "1example23456789", "ada", "eu-west-1", shows))
  expect_match(output, "Client ID: .*client id contains characters.*Client ID: .*User name: ")
  expect_match(output, "User pool ID, or the region [us-east-1]: ", fixed = TRUE)
  expect_match(output, "kept 1example23456789 ada eu-west-1", fixed = TRUE)
  output <- at_the_console(c(lines, "", "grace", "", shows))
  expect_match(output, "Client ID [1example23456789]: ", fixed = TRUE)
  expect_match(output, "kept 1example23456789 grace eu-west-1", fixed = TRUE)
})

test_that("who leaves a question keeps nothing", {
  for (answered in list(NULL, "1example23456789")) {
    own_folders()
    output <- at_the_console(c("library(cognitoken)", "cognito_configure()", answered))
    expect_match(output, "no (client id|user name) is given: the answer is empty")
    expect_length(cognito_profiles(), 0)
  }
})

test_that("where nobody is, the error names the argument, and nothing that cannot be used is kept", {
  skip_if(interactive())
  own_folders()
  error <- caught(cognito_configure())
  expect_identical(error$code, "MissingValue")
  expect_match(conditionMessage(error), "client_id", fixed = TRUE)
  expect_identical(caught(cognito_configure("a/b", client_id = "1a"))$code, "InvalidProfile")
  expect_identical(caught(cognito_configure(client_id = "no id"))$code, "InvalidClientId")
  expect_length(cognito_profiles(), 0)
})

test_that("a session in memory says where a sign-in is, and a job which command a person has to run", {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  own_folders()
  session_id_token(do.call(cognito_session, c(user, list(store = "file"))))
  error <- caught(session_id_token(do.call(cognito_session, account_of(user))))
  expect_match(error$hint, '`store="file"` has a sign-in of ', fixed = TRUE)
  other <- wire_user(wire, "plain")
  keep_profile_of(other, profile = "work")
  error <- caught(session_id_token(cognito_session(profile = "work")))
  expect_match(error$hint, "`cognitoken login --profile work`", fixed = TRUE)
})
