# A person before the sign-in page of the local Cognito, with a browser that is a few requests.

# An app client with a sign-in page that sends the browser back to a port that is free here.
client_with_page <- function(cognito) {
  redirect_uri <- paste0("http://localhost:", free_port(), "/")
  made <- administer(
    cognito, "CreateUserPoolClient",
    UserPoolId = cognito$user_pool_id, ClientName = "sign-in-page", AllowedOAuthFlowsUserPoolClient = TRUE,
    AllowedOAuthFlows = list("code"), AllowedOAuthScopes = list("openid", "email", "profile"),
    CallbackURLs = list(redirect_uri), SupportedIdentityProviders = list("COGNITO")
  )
  list(client_id = made$UserPoolClient$ClientId, domain = cognito$domain, redirect_uri = redirect_uri)
}

free_port <- function() {
  for (port in sample(20000:32000, 100)) {
    held <- tryCatch(serverSocket(port), error = function(error) NULL)
    if (!is.null(held)) {
      close(held)
      return(port)
    }
  }
  stop("no port is free")
}

# Opens the link, signs in, and gives the address that the browser is sent to.
sign_in_on_page <- function(link, cognito) {
  page <- http_request(link)
  fields <- regmatches(page, gregexpr('<input type="hidden" name="[^"]*" value="[^"]*"', page))[[1]]
  values <- sub('.* value="([^"]*)"', "\\1", fields)
  names(values) <- sub('.* name="([^"]*)".*', "\\1", fields)
  values <- c(values, username = cognito$user_name, password = cognito$password)
  form <- paste0(names(values), "=", vapply(values, utils::URLencode, "", reserved = TRUE), collapse = "&")
  answer <- http_request(paste0(cognito$domain, "/login"), form, "Content-Type: application/x-www-form-urlencoded")
  location <- regmatches(answer, regexec("\r\n[Ll]ocation: ([^\r]*)", answer))[[1]]
  if (length(location) != 2) stop("the page did not send the browser back: ", answer)
  location[[2]]
}

# The whole walk; gives the page that the browser ends at.
walk <- function(link, cognito) {
  http_request(sign_in_on_page(link, cognito))
}

parameter <- function(link, name) {
  utils::URLdecode(regmatches(link, regexec(paste0("[?&]", name, "=([^&]*)"), link))[[1]][[2]])
}
