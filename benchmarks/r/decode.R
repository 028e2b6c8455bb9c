source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "measure.R"))

measure(
  list(`cognitoken (R)` = function() cognitoken::decode_jwt(given$token)$payload$email),
  "ada@example.org"
)
