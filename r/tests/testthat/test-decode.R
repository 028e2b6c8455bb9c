test_that("header, payload and signature come in the documented shape", {
  token <- unsigned_token('{"sub":"ada","custom:aplos_user_id":"user-1"}')
  decoded <- decode_jwt(token)
  expect_named(decoded, c("header", "payload", "signature"))
  expect_identical(decoded$header, list(alg = "RS256", kid = "key"))
  expect_identical(decoded$payload$`custom:aplos_user_id`, "user-1")
  expect_identical(decoded$signature, "c2lnbmF0dXJl")
})

test_that("printing shows what the token says and leaves the signature out", {
  token <- unsigned_token('{"sub":"ada","nested":{"a":[1,2]},"hostile":"\\u001b[2J"}')
  decoded <- decode_jwt(token)
  shown <- capture.output(returned <- withVisible(print(decoded)))
  expect_false(returned$visible)
  expect_match(shown, "^  sub  +ada$", all = FALSE)
  expect_match(shown, "^signature +not shown$", all = FALSE)
  for (hidden in c(decoded$signature, "\u001b")) expect_false(any(grepl(hidden, shown, fixed = TRUE)))
  expect_output(print(decode_jwt(unsigned_token("{}"))), "payload", fixed = TRUE)
})

test_that("JSON becomes what R has for it, in the token's order", {
  token <- unsigned_token(paste0(
    '{"z":"\u00e9","groups":["a","b"],"one":["a"],"none":[],"null":null,"yes":true,"flags":[true,false],"int":7,',
    '"numbers":[1,2.5],"whole":[1,2],"wide":4294967296,"mixed":["a",1,null],"nested":{"a":{"b":"c"}},"double":0.5}'
  ))
  expect_identical(decode_jwt(token)$payload, list(
    z = "\u00e9", groups = c("a", "b"), one = "a", none = list(), null = NULL, yes = TRUE, flags = c(TRUE, FALSE),
    int = 7L, numbers = c(1, 2.5), whole = 1:2, wide = 4294967296, mixed = list("a", 1L, NULL),
    nested = list(a = list(b = "c")), double = 0.5
  ))
})

test_that("no number is rounded without a word", {
  token <- unsigned_token(paste0(
    '{"last":9007199254740992,"next":9007199254740993,"less":-9007199254740993,"wide":18446744073709551615,',
    '"wider":18446744073709551616,"several":[1,9007199254740993],"doubles":[1,9007199254740992],"fraction":1e300}'
  ))
  expect_identical(decode_jwt(token)$payload, list(
    last = 9007199254740992, `next` = "9007199254740993", less = "-9007199254740993", wide = "18446744073709551615",
    wider = "18446744073709551616", several = list(1L, "9007199254740993"), doubles = c(1, 9007199254740992),
    fraction = 1e300
  ))
})

test_that("a load balancer's token can be looked at, and is told as what it is", {
  header <- '{"alg":"ES256","kid":"k","signer":"arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/b"}'
  padded <- function(text) {
    text <- base64url(text)
    paste0(text, strrep("=", -nchar(text) %% 4))
  }
  token <- paste(padded(header), padded('{"sub":"ada"}'), padded("signed"), sep = ".")
  expect_identical(decode_jwt(token)$payload, list(sub = "ada"))
  verifier <- jwt_verifier("us-east-1_AbCdEfGhI", "client")
  expect_error(jwt_verify(verifier, token), "Load Balancer", class = "cognitoken_error_token_invalid")
})

test_that("what is not a token is refused, whatever it is", {
  alg_only <- base64url('{"alg":"RS256"}')
  malformed <- list(
    "", "a", "a.b", "a.b.c.d", paste0(alg_only, ".%%%.c"), paste0(alg_only, ".", base64url("[1]"), ".c"),
    strrep("a", 1e7), "%s%n.%s%n.%s%n"
  )
  for (token in malformed) {
    expect_error(decode_jwt(token), class = "cognitoken_error_token_invalid")
  }
})

test_that("only spaces, tabs and line ends around a token are dropped", {
  token <- unsigned_token('{"sub":"ada"}')
  expect_identical(decode_jwt(paste0(" \t", token, "\r\n")), decode_jwt(token))
  verifier <- jwt_verifier("us-east-1_AbCdEfGhI", "client")
  for (around in c("\u00a0", "\u2003", "\u2028", "\ufeff", "\u0085", "\u200b", "\v", "\f")) {
    for (odd in c(paste0(around, token), paste0(token, around), paste0(" ", around, token, "\n"))) {
      expect_error(decode_jwt(odd), class = "cognitoken_error_token_invalid")
      refused <- expect_error(jwt_verify(verifier, odd), class = "cognitoken_error_token_invalid")
      expect_identical(refused$code, "MalformedToken")
    }
  }
})

test_that("a NUL in a claim is an error, not the end of R", {
  expect_error(decode_jwt(unsigned_token('{"a":"b\\u0000c"}')), "NUL", class = "cognitoken_error_token_invalid")
  expect_error(decode_jwt(unsigned_token('{"a\\u0000":1}')), "NUL", class = "cognitoken_error_token_invalid")
})

test_that("an argument of another type is named", {
  for (token in list(1, NA, NA_character_, character(), c("a", "b"), list("a"), factor("a"), quote(a), sum)) {
    expect_error(decode_jwt(token), "`token`", class = "cognitoken_error_config")
  }
})
