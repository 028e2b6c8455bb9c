# Where a request goes with httr2 whose service redirects. Two services on one machine are two origins: the ports differ.

# A service that answers 200 until a test has it answer something else.
service <- function(frame = parent.frame()) {
  testthat::skip_if_not_installed("httr2")
  local_service(status = 200L, body = "", frame = frame)
}

plain <- function(status) list(status = status, body = "")

redirect <- function(to, status = 302L) list(status = status, headers = list(Location = to), body = "")

# What a service was sent as Authorization, request by request.
authorizations <- function(service) {
  sub("^authorization ?", "", grep("^authorization", log_lines(service$log), value = TRUE))
}

# A session that has a token, that token as it is sent, and how often it was refreshed.
signed_in <- function() {
  wire <- mock_wire()
  user <- wire_user(wire, "plain")
  session <- session_of(user)
  token <- session_headers(session)[["Authorization"]]
  before <- length(asked(wire, user))
  list(session = session, token = token, asked_since = function() asked(wire, user)[-seq_len(before)])
}

status_at <- function(url, user, method = "GET", ...) {
  request <- httr2::req_options(httr2::request(url), ...)
  if (method == "POST") request <- httr2::req_body_raw(request, "data", "text/plain")
  request <- httr2::req_error(req_auth_cognito(request, user$session), is_error = function(response) FALSE)
  without_environment(httr2::resp_status(httr2::req_perform(request)))
}

test_that("a redirect to another origin takes no token along, whatever the request said before", {
  for (status in c(301L, 302L, 303L, 307L, 308L)) {
    for (method in c("GET", "POST")) {
      user <- signed_in()
      api <- service()
      stranger <- service()
      api$answers(redirect(paste0(stranger$url, "/take"), status))
      expect_identical(status_at(paste0(api$url, "/data"), user, method, unrestricted_auth = 1L), 200L)
      expect_identical(authorizations(api), user$token)
      expect_identical(authorizations(stranger), "")
    }
  }
})

test_that("a 401 of another origin is the answer: no token, no refresh, no second try", {
  for (status in c(302L, 307L)) {
    for (method in c("GET", "POST")) {
      user <- signed_in()
      api <- service()
      stranger <- service()
      stranger$answers(plain(401L))
      api$answers(redirect(paste0(stranger$url, "/take"), status))
      expect_identical(status_at(paste0(api$url, "/data"), user, method), 401L)
      expect_identical(authorizations(api), user$token)
      expect_identical(authorizations(stranger), "")
      expect_identical(user$asked_since(), character())
      expect_identical(session_headers(user$session)[["Authorization"]], user$token)
    }
  }
})

test_that("another name of the same machine, with the same port, is another origin", {
  user <- signed_in()
  api <- service()
  by_name <- sub("127.0.0.1", "localhost", api$url, fixed = TRUE)
  api$answers(list(paths = list(`/data` = redirect(paste0(by_name, "/take")), `/take` = plain(401L))))
  expect_identical(status_at(paste0(api$url, "/data"), user), 401L)
  expect_identical(authorizations(api), c(user$token, ""))
  expect_identical(user$asked_since(), character())
})

test_that("a chain that ends at another origin gives it nothing, and neither does one that leads back", {
  user <- signed_in()
  api <- service()
  stranger <- service()
  api$answers(list(paths = list(
    `/data` = redirect("/moved"), `/moved` = redirect(paste0(stranger$url, "/hop"), 307L), `/back` = plain(200L)
  )))
  stranger$answers(list(paths = list(`/hop` = redirect("/take"), `/take` = plain(401L))))
  expect_identical(status_at(paste0(api$url, "/data"), user), 401L)
  expect_identical(authorizations(api), rep(user$token, 2))
  expect_identical(authorizations(stranger), c("", ""))
  expect_identical(user$asked_since(), character())

  stranger$answers(redirect(paste0(api$url, "/back")))
  expect_identical(status_at(paste0(api$url, "/data"), user), 200L)
  expect_identical(authorizations(stranger), rep("", 3))
})

test_that("within the origin the token goes along, and a 401 there is answered with the next one", {
  user <- signed_in()
  api <- service()
  api$answers(list(paths = list(`/data` = redirect("/moved", 307L), `/moved` = plain(401L))))
  expect_identical(status_at(paste0(api$url, "/data"), user), 401L)
  fresh <- session_headers(user$session)[["Authorization"]]
  expect_false(identical(fresh, user$token))
  expect_identical(authorizations(api), c(user$token, user$token, fresh, fresh))
  expect_length(user$asked_since(), 1)
})

test_that("an origin is scheme, host and port; an address with a user name or a backslash has none", {
  same <- c("https://api.example.com", "HTTPS://API.example.com:443/a?b", "https://api.example.com:#c")
  expect_identical(vapply(same, origin_of, "", USE.NAMES = FALSE), rep("https://api.example.com:443", 3))
  expect_identical(origin_of("http://[::1]:8080/a"), "http://[::1]:8080")
  others <- c("http://api.example.com", "https://api.example.com:8443", "https://api.example.com.stranger.example")
  for (other in others) expect_false(origin_of(other) == origin_of(same[[1]]))
  for (unclear in c("https://api.example.com@stranger.example/", "https://a\\@b/", "ftp://api.example.com/", "")) {
    expect_identical(origin_of(unclear), NA_character_)
  }
})
