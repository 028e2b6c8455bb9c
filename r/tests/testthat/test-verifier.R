pool <- "us-east-1_AbCdEfGhI"
client <- "1example23456789"
issued <- 1760000000

test_that("a genuine token gives its claims, offline", {
  tokens <- fixture("tokens.json")
  verifier <- jwt_verifier(pool, client, jwks = fixture("jwks.json"))
  claims <- jwt_verify(verifier, tokens$id_token, now = issued)
  expect_identical(claims, decode_jwt(tokens$id_token)$payload)
  expect_identical(claims$email, "ada@example.com")
  at <- as.POSIXct(issued, origin = "1970-01-01", tz = "UTC")
  expect_identical(jwt_verify(verifier, tokens$id_token, now = at), claims)
  access <- jwt_verifier(pool, client, token_use = "access", jwks = fixture("jwks.json"), scopes = "data/read")
  expect_identical(jwt_verify(access, tokens$access_token, now = issued)$username, "ada")
})

test_that("many tokens get their claims or a condition each", {
  tokens <- fixture("tokens.json")
  verifier <- jwt_verifier(pool, client, jwks = fixture("jwks.json"))
  many <- c(good = tokens$id_token, bad = "not a token", access = tokens$access_token)
  answers <- jwt_verify_many(verifier, rep(many, 20), now = issued)
  expect_named(answers, rep(names(many), 20))
  claims <- jwt_verify(verifier, tokens$id_token, now = issued)
  for (answer in answers[names(answers) == "good"]) expect_identical(answer, claims)
  for (answer in answers[names(answers) == "bad"]) {
    expect_s3_class(answer, "cognitoken_error_token_invalid")
    expect_identical(answer$code, "MalformedToken")
  }
  expect_identical(answers$access$code, "InvalidTokenUse")
  expect_length(jwt_verify_many(verifier, character()), 0)
  expect_error(jwt_verify_many(verifier, list(1)), "`jwts`", class = "cognitoken_error_config")
  expect_named(jwt_verify(verifier, many[c("good", "good")], now = issued), c("good", "good"))
  expect_error(jwt_verify(verifier, character()), "`jwt`", class = "cognitoken_error_config")
  # What a request without the header gives: refused as any other text that is no token.
  expect_error(jwt_verify(verifier, NULL), "empty", class = "cognitoken_error_token_invalid")
})

test_that("of several tokens the first that is refused stops the call", {
  tokens <- fixture("tokens.json")
  verifier <- jwt_verifier(pool, client, jwks = fixture("jwks.json"))
  error <- caught(jwt_verify(verifier, c(tokens$id_token, tokens$access_token, "bad"), now = issued))
  expect_s3_class(error, "cognitoken_error_token_invalid")
  expect_identical(error$code, "InvalidTokenUse")
  expect_identical(conditionCall(error), quote(jwt_verify()))
  # What a missing value gives is no genuine token.
  for (nothing in list(NULL, "")) {
    expect_s3_class(caught(jwt_verify(verifier, nothing)), "cognitoken_error_token_invalid")
  }
})

test_that("keys are taken as JSON and as what jsonlite makes of it", {
  token <- fixture("tokens.json")$id_token
  path <- test_path("fixtures", "jwks.json")
  text <- paste(readLines(path, warn = FALSE), collapse = "\n")
  other <- list(kid = "another", kty = "RSA", n = "AQAB", e = "AQAB")
  with_another <- list(keys = c(fixture("jwks.json")$keys, list(other)))
  simplified <- jsonlite::fromJSON(jsonlite::toJSON(with_another, auto_unbox = TRUE))
  expect_s3_class(simplified$keys, "data.frame")
  for (jwks in list(text, jsonlite::fromJSON(path), fixture("jwks.json"))) {
    expect_identical(jwt_verify(jwt_verifier(pool, client, jwks = jwks), token, issued)$token_use, "id")
  }
  expect_identical(jwt_verify(jwt_verifier(pool, client, jwks = simplified), token, issued)$token_use, "id")
  for (jwks in list("{", "[]", '{"keys":[]}', 1, list(keys = quote(a)), TRUE)) {
    expect_error(jwt_verifier(pool, client, jwks = jwks), class = "cognitoken_error_config")
  }
})

test_that("each failed check is an error of its own", {
  tokens <- fixture("tokens.json")
  jwks <- fixture("jwks.json")
  refused <- function(class, ..., token = tokens$id_token, now = issued) {
    error <- expect_error(jwt_verify(jwt_verifier(..., jwks = jwks), token, now = now), class = class)
    expect_s3_class(error, "cognitoken_error_token")
    error$code
  }
  invalid <- "cognitoken_error_token_invalid"
  codes <- c(
    refused("cognitoken_error_token_expired", pool, client, now = issued + 3600),
    refused(invalid, "us-east-1_Another01", client),
    refused(invalid, pool, "another"),
    refused(invalid, pool, client, token_use = "access"),
    refused(invalid, pool, client, groups = "administrators"),
    refused(invalid, pool, client, token_use = "access", scopes = "data/write", token = tokens$access_token),
    refused(invalid, pool, client, token = sub("[^.]{8}$", "AAAAAAAA", tokens$id_token)),
    refused(invalid, pool, client, token = unsigned_token("{}", '{"alg":"none"}')),
    refused(invalid, pool, client, token = unsigned_token("{}", '{"alg":"RS256","kid":"another"}')),
    refused(invalid, pool, client, token = "")
  )
  expect_identical(anyDuplicated(codes[1:9]), 0L)
  within <- jwt_verifier(pool, client, jwks = jwks, leeway = 5)
  expect_type(jwt_verify(within, tokens$id_token, now = issued + 3604), "list")
})

test_that("the client and the use go unchecked only where jwt_any() is written", {
  tokens <- fixture("tokens.json")
  jwks <- fixture("jwks.json")
  without_environment({
    expect_error(jwt_verifier(pool, jwks = jwks), "COGNITO_CLIENT_ID", class = "cognitoken_error_config")
    for (missing in list(NULL, "", Sys.getenv("NOT_SET_AT_ALL"))) {
      expect_error(jwt_verifier(pool, missing, jwks = jwks), "COGNITO_CLIENT_ID", class = "cognitoken_error_config")
    }
    expect_error(jwt_verifier(pool, jwt_any, jwks = jwks), "`client_id`", class = "cognitoken_error_config")
    expect_error(jwt_verifier(pool, list(), jwks = jwks), class = "cognitoken_error_config")
    expect_type(jwt_verify(jwt_verifier(pool, jwt_any(), jwks = jwks), tokens$id_token, issued), "list")
    expect_output(print(jwt_any()), "not checked")
    for (missing in list(NULL, "")) {
      only_id <- jwt_verifier(pool, client, token_use = missing, jwks = jwks)
      expect_identical(caught(jwt_verify(only_id, tokens$access_token, issued))$code, "InvalidTokenUse")
    }
    either <- jwt_verifier(pool, c("another", client), token_use = jwt_any(), jwks = jwks)
    expect_identical(jwt_verify(either, tokens$access_token, issued)$token_use, "access")
    expect_identical(jwt_verify(either, tokens$id_token, issued)$token_use, "id")
  })
  without_environment(
    expect_type(jwt_verify(jwt_verifier(jwks = jwks), tokens$id_token, issued), "list"),
    COGNITO_USER_POOL_ID = pool, COGNITO_CLIENT_ID = client
  )
})

test_that("an empty vector is filled from nowhere", {
  without_environment(
    for (empty in list(character(), c("", " "))) {
      for (name in c("user_pool_id", "client_id", "issuer", "groups", "scopes")) {
        error <- caught(do.call(jwt_verifier, stats::setNames(list(empty), name)))
        expect_s3_class(error, "cognitoken_error_config")
        expect_identical(error$code, "InvalidValue")
      }
    },
    COGNITO_USER_POOL_ID = pool, COGNITO_CLIENT_ID = client
  )
})

test_that("several pools and clients are accepted, each token with the keys of its own pool", {
  token <- fixture("tokens.json")$id_token
  verifier <- jwt_verifier(c(pool, "eu-west-1_Other"), c("another", client))
  expect_s3_class(verifier, "jwt_verifier")
  error <- caught(jwt_verify(verifier, unsigned_token('{"iss":"https://x.example"}', '{"alg":"RS256","kid":"a"}')))
  expect_identical(error$code, "InvalidIssuer")
  expect_identical(error$actual, "https://x.example")
  expect_length(jsonlite::fromJSON(error$expected), 4)
  pools <- list(list(user_pool_id = c(pool, "eu-west-1_Other")), list(issuer = c("https://a.b", "https://c.d")))
  for (arguments in pools) {
    arguments <- c(arguments, list(client_id = client, jwks = fixture("jwks.json")))
    expect_identical(caught(do.call(jwt_verifier, arguments))$code, "ConflictingValues")
  }
  one <- jwt_verifier(c(pool, pool), c("another", client), jwks = fixture("jwks.json"))
  expect_type(jwt_verify(one, token, issued), "list")
  service <- local_service(status = 200L, body = jsonlite::toJSON(fixture("jwks.json"), auto_unbox = TRUE))
  # The keys of our pool do not sign for an issuer that serves them too.
  issuers <- paste0(service$url, c("/a", "/b"))
  of_others <- jwt_verifier(issuer = issuers, client_id = client)
  expect_identical(caught(jwt_verify(of_others, token, issued))$code, "InvalidIssuer")
})

test_that("the caller's own check comes last and refuses", {
  tokens <- fixture("tokens.json")
  answers <- list(
    function(claims) NULL, function(claims) claims$email == "ada@example.com", function(claims) FALSE,
    function(claims) stop("not today"), function(claims) "yes", function(claims) NA
  )
  check <- function(answer) jwt_verifier(pool, client, jwks = fixture("jwks.json"), check = answer)
  for (accepted in answers[1:2]) {
    expect_identical(jwt_verify(check(accepted), tokens$id_token, issued)$sub, decode_jwt(tokens$id_token)$payload$sub)
  }
  refused <- lapply(answers[3:6], function(answer) caught(jwt_verify(check(answer), tokens$id_token, issued)))
  expect_s3_class(refused[[1]], "cognitoken_error_token_invalid")
  expect_identical(refused[[1]]$code, "RefusedByCheck")
  expect_s3_class(refused[[2]], "simpleError")
  expect_identical(conditionMessage(refused[[2]]), "not today")
  for (odd in refused[3:4]) expect_s3_class(odd, "cognitoken_error_config")
  many <- jwt_verify_many(check(answers[[4]]), c(tokens$id_token, "no token"), issued)
  expect_identical(conditionMessage(many[[1]]), "not today")
  expect_identical(many[[2]]$code, "MalformedToken")
  expect_error(jwt_verify(check(answers[[4]]), rep(tokens$id_token, 2), issued), "not today")
  expect_identical(caught(jwt_verify(check(answers[[4]]), tokens$access_token, issued))$code, "InvalidTokenUse")
  expect_error(check("no function"), "`check`", class = "cognitoken_error_config")
})

test_that("an error about a claim has the expected and the actual value", {
  verifier <- jwt_verifier(pool, client, jwks = fixture("jwks.json"))
  error <- caught(jwt_verify(verifier, fixture("tokens.json")$access_token, issued))
  expect_identical(error[c("expected", "actual")], list(expected = "id", actual = "access"))
  expect_null(caught(jwt_verify(verifier, "no token"))$expected)
})

test_that("arguments of another type are refused by name", {
  wrong <- list(
    user_pool_id = 1, client_id = 1, client_id = NA_character_, token_use = NA, token_use = "refresh", issuer = 1,
    jwks_url = c("a", "b"), leeway = "5", leeway = -1, groups = 1, scopes = NA_character_
  )
  for (index in seq_along(wrong)) {
    right <- list(user_pool_id = pool, client_id = client, jwks = fixture("jwks.json"))
    values <- utils::modifyList(right, wrong[index])
    expect_error(do.call(jwt_verifier, values), class = "cognitoken_error_config")
  }
  verifier <- jwt_verifier(pool, client, jwks = fixture("jwks.json"))
  expect_error(jwt_verify(verifier, 1), "`jwt`", class = "cognitoken_error_config")
  expect_error(jwt_verify(verifier, list("a", "b")), "`jwt`", class = "cognitoken_error_config")
  expect_error(jwt_verify(verifier, "a", now = c(1, 2)), "`now`", class = "cognitoken_error_config")
  expect_error(jwt_verify("verifier", "a"), "`verifier`", class = "cognitoken_error_config")
})

test_that("pools and client come from the environment, and the time limit holds for fetching the keys", {
  token <- fixture("tokens.json")$id_token
  service <- local_service(status = 200L, body = jsonlite::toJSON(fixture("jwks.json"), auto_unbox = TRUE))
  without_environment(
    {
      expect_identical(jwt_verify(jwt_verifier(), token, issued)$token_use, "id")
      expect_match(format(jwt_verifier()), pool, fixed = TRUE)
    },
    COGNITO_USER_POOL_ID = pool, COGNITO_CLIENT_ID = client, COGNITO_JWKS_URL = service$url
  )
  silent <- local_service(silent = TRUE)
  verifier <- jwt_verifier(pool, client, jwks_url = silent$url, timeout = 0.2)
  expect_s3_class(caught(jwt_verify(verifier, token, issued)), "cognitoken_error_request_timeout")
})

test_that("a token of the local Cognito is verified with the keys that it serves", {
  cognito <- local_cognito()
  without_environment({
    tokens <- cognito_login(
      cognito$user_name, cognito$password, cognito$client_id, cognito$region, cognito$user_pool_id,
      endpoint = cognito$endpoint
    )
    verifier <- jwt_verifier(cognito$user_pool_id, cognito$client_id, jwks_url = cognito$jwks_url, groups = "analysts")
    expect_identical(jwt_verify(verifier, tokens$id_token), tokens$claims)
    expect_error(jwt_verify(verifier, tokens$access_token), class = "cognitoken_error_token_invalid")
    forked <- parallel::mclapply(1:2, function(worker) jwt_verify(verifier, tokens$id_token)$sub, mc.cores = 2)
    expect_identical(forked, rep(list(tokens$claims$sub), 2))
  })
})

test_that("keys that cannot be had are no verdict on the token", {
  verifier <- jwt_verifier(pool, client, jwks_url = "http://127.0.0.1:1/jwks.json")
  expect_error(jwt_verify(verifier, fixture("tokens.json")$id_token, issued), class = "cognitoken_error_network")
  service <- local_service(status = 200L, body = "<html></html>")
  verifier <- jwt_verifier(pool, client, jwks_url = service$url)
  expect_error(jwt_verify(verifier, fixture("tokens.json")$id_token, issued), class = "cognitoken_error_service")
})
