# HTTP as tests need it, without another package: one request on a connection of its own.
http_request <- function(url, body = NULL, headers = character()) {
  connection <- http_send(url, body, headers)
  on.exit(close(connection))
  http_receive(connection)
}

http_send <- function(url, body = NULL, headers = character()) {
  parts <- regmatches(url, regexec("^http://([^:/]+):([0-9]+)(/.*)?$", url))[[1]]
  path <- if (nzchar(parts[[4]])) parts[[4]] else "/"
  connection <- socketConnection(parts[[2]], as.integer(parts[[3]]), open = "r+b", blocking = TRUE, timeout = 60)
  content <- if (is.null(body)) raw() else charToRaw(enc2utf8(body))
  lines <- c(
    paste(if (is.null(body)) "GET" else "POST", path, "HTTP/1.1"), paste0("Host: ", parts[[2]], ":", parts[[3]]),
    "Connection: close", paste0("Content-Length: ", length(content)), headers, "", ""
  )
  writeBin(c(charToRaw(paste(lines, collapse = "\r\n")), content), connection)
  flush(connection)
  connection
}

# The whole answer as text, its head and its body.
http_receive <- function(connection) {
  received <- raw()
  repeat {
    part <- readBin(connection, raw(), 65536)
    if (!length(part)) break
    received <- c(received, part)
  }
  rawToChar(received)
}

http_json <- function(url, order, headers = character()) {
  body <- jsonlite::toJSON(order, auto_unbox = TRUE, null = "null")
  text <- http_request(url, body, headers)
  if (!grepl("^HTTP/1.[01] 2", text)) {
    stop("the test's own order was refused: ", text)
  }
  content <- sub("(?s)^.*?\r\n\r\n", "", text, perl = TRUE)
  if (nzchar(content)) jsonlite::fromJSON(content, simplifyVector = FALSE)
}
