sign_in_line <- function(service, timeout) {
  sprintf(
    "tokens <- cognitoken::cognito_login('ada', 'secret', 'client', endpoint = '%s', timeout = %s); cat('over\\n')",
    service$url, timeout
  )
}

host_of <- function(service) sub("http://", "", service$url, fixed = TRUE)

test_that("a console says what a call waits for, until it is over", {
  service <- local_service(until_changed = TRUE)
  terminal <- local_terminal()
  terminal$type(sign_in_line(service, 60))
  terminal$expect(paste("waiting for", host_of(service)))
  expect_identical(utils::tail(terminal$screen(), 1), paste("waiting for", host_of(service)))
  service$answers(good_tokens())
  terminal$expect("over\r\n> ")
  expect_identical(utils::tail(terminal$screen(), 2), c("over", ">"))
})

test_that("the words fit a console of twenty columns, and an interrupt takes them away", {
  service <- local_service(until_changed = TRUE)
  terminal <- local_terminal(columns = 20)
  terminal$type("options(width = 20)")
  terminal$type(sign_in_line(service, 60))
  terminal$expect("waiting for 12...")
  prompts <- lengths(regmatches(terminal$seen(), gregexpr("> ", terminal$seen(), fixed = TRUE)))
  terminal$press("\003")
  # What is typed before R reads again is shown behind the words.
  terminal$expect("> ", times = prompts + 1)
  terminal$type("cat('and', 'on\\n')")
  terminal$expect("and on")
  expect_false(any(grepl("^waiting|over$", terminal$screen())))
})

test_that("whoever wants quiet, or reads messages elsewhere, sees nothing", {
  service <- local_service(silent = TRUE)
  terminal <- local_terminal()
  try_line <- paste("try(", sub("; cat.*", "", sign_in_line(service, 1.3)), ", silent = TRUE); cat('ov', 'er\\n')")
  terminal$type("options(rlib_message_verbosity = 'quiet')")
  terminal$type(try_line)
  terminal$expect("ov er")
  terminal$type("options(rlib_message_verbosity = NULL); sink(file(tempfile(), 'w'), type = 'message')")
  terminal$type(try_line)
  terminal$expect("ov er", times = 2)
  terminal$type("sink(type = 'message'); Sys.setenv(TERM = 'dumb')")
  terminal$type(try_line)
  terminal$expect("ov er", times = 3)
  expect_false(grepl("waiting for", terminal$seen(), fixed = TRUE))
})
