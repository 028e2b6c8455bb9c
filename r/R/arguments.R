# The values of one call, as the Rust half takes them. Their types are checked there.
arguments <- function(...) {
  lapply(list(...), text_as_utf8)
}

text_as_utf8 <- function(value) {
  if (is.character(value)) as_utf8(value) else if (is.list(value)) lapply(value, text_as_utf8) else value
}

# A string of unknown encoding that is UTF-8 is taken as such: in the C locale, where many jobs run, enc2utf8() would
# write each letter beyond ASCII as "<c3><bc>", and that is not the password.
as_utf8 <- function(text) {
  to_convert <- Encoding(text) != "unknown" | !validUTF8(text)
  text[to_convert] <- enc2utf8(text[to_convert])
  text
}
