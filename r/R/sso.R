#' Sign in on the pool's page
#'
#' Opens the pool's sign-in page in a browser, waits until the browser is redirected to this machine, and returns the
#' tokens. The page offers what the pool is configured for: user names, single sign-on with other identity providers,
#' MFA. R never sees the password. The flow is OAuth's authorization code grant with PKCE, see
#' [AWS on the authorization endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html),
#' [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636) and [RFC 8252](https://www.rfc-editor.org/rfc/rfc8252).
#'
#' @section Browsers on another machine:
#' On RStudio Server, Posit Workbench, JupyterHub, Colab or over ssh the browser cannot be redirected to R. The link is
#' then shown, to be opened by hand. The final address of the browser begins with `redirect_uri`, and the browser may
#' show an error page. Paste that address at the prompt. If the browser was redirected to R all the same, press Enter.
#'
#' @param domain The pool's domain: its prefix, its host or its https URL. One string; default: `COGNITO_DOMAIN`.
#' @param identity_provider The name in the pool of the identity provider to go to directly. Such as `"Google"`, one of
#'   the pool's own, or `"COGNITO"` for its user names. One string; default: the page lets the user choose.
#' @param idp_identifier An identifier of the identity provider, such as an e-mail domain. In place of its name. One
#'   string; default: none.
#' @param login_hint The user name to fill in on the page. One string; default: none.
#' @param lang The language of the page. One string, such as `"de"`; default: the browser's.
#' @param prompt The page's behaviour if the browser is signed in already: login, select_account, none or consent. One
#'   string; default: continue without asking.
#' @param scopes The scopes of the tokens. A character vector.
#' @param redirect_uri The redirect URI, exactly as registered with the app client. One string. R listens on it if it is
#'   plain http on `localhost` (at `127.0.0.1` and `[::1]`), `127.0.0.1` or `[::1]`.
#' @param open_browser Whether to open the browser; a function is called with the link. `TRUE`, the default: open the
#'   browser, or show the link if that cannot work. `FALSE`: show the link and ask for the final address of the browser
#'   ([interactive()] only). A function gets one string. Do not share the link with other users.
#' @param timeout The time limit of the whole sign-in in seconds, including the person's part. One number above 0;
#'   default: 300.
#' @param client_authentication The way the client sends its secret to the domain: in a header, or in the body.
#'   `"basic"`, the default, or `"body"`.
#' @param parameters Further parameters of the link to the sign-in page, such as resource. A named list of strings, or a
#'   named character vector; default: none.
#' @inheritParams cognito_login
#'
#' @return Tokens, see [cognito_tokens], which [cognito_refresh()] and [cognito_revoke()] refresh and revoke at the
#'   domain.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is missing or malformed, and for a port that
#' is in use (`PortInUse`) or not allowed; `cognitoken_error_authentication` (`access_denied`) if the person or the
#' identity provider refused; `cognitoken_error_service` with OAuth's error codes; `cognitoken_error_request_timeout` if
#' the browser did not come back in time; `cognitoken_error_token_invalid` if the ID token belongs to another sign-in.
#' An interrupt (Ctrl-C, Esc) ends the wait and closes the port.
#' @seealso [cognito_logout_url()]
#' @examplesIf interactive()
#' tokens <- cognito_login_sso("1example23456789", "my-app", region = "us-east-1")
#' tokens
#' @export
cognito_login_sso <- function(client_id = NULL, domain = NULL, client_secret = NULL, region = NULL,
                              identity_provider = NULL, idp_identifier = NULL, login_hint = NULL, lang = NULL,
                              prompt = NULL, scopes = c("openid", "email", "profile"),
                              redirect_uri = "http://localhost:8400/", open_browser = TRUE, timeout = 300,
                              user_pool_id = NULL, endpoint = NULL, client_authentication = "basic",
                              parameters = NULL, profile = NULL) {
  if (!is.function(open_browser) && !isTRUE(open_browser) && !isFALSE(open_browser)) {
    stop_for_argument("`open_browser` must be TRUE, FALSE or a function")
  }
  opener <- browser_opener(open_browser)
  values <- given(except = "open_browser")
  values$person_can_paste <- is.null(opener) && person_is_there()
  attempt <- perform("login_sso", values)
  # However this ends, by an interrupt too, the port is closed.
  on.exit(perform("sso.close", list(self = attempt)))
  if (is.null(opener)) show_link(attempt) else opener(attempt)
  perform("sso.wait", list(self = attempt))
}

# The function that opens the page, or NULL to show the link.
browser_opener <- function(open_browser) {
  if (is.function(open_browser)) {
    function(attempt) open_browser(attempt$link)
  } else if (open_browser && !perform("likely_remote")) {
    function(attempt) if (!perform("sso.open_browser", list(self = attempt))) show_link(attempt)
  }
}

show_link <- function(attempt) {
  message("Open this link in a browser to sign in:\n\n", attempt$link, "\n")
  if (person_is_there()) {
    take_pasted_address(attempt)
  }
}

# The number of answers to one question: a console that answers by itself must not be asked forever.
most_answers <- 20

# Asks for the address until one is accepted, the browser has come back, or the person enters nothing.
take_pasted_address <- function(attempt) {
  message("Paste the address that the browser ended at: it begins with ", attempt$redirect_uri)
  if (attempt$listens) {
    message("Should the browser say that you are signed in, just press Enter.")
  }
  for (try in seq_len(most_answers)) {
    address <- readline("Address: ")
    if (perform("sso.is_over", list(self = attempt)) || !nzchar(trimws(address)) && attempt$listens) {
      break
    }
    wrong <- perform("sso.paste", list(self = attempt, address = as_utf8(address)))
    if (is.null(wrong)) {
      break
    }
    message(shown(wrong))
  }
}

#' URL for signing a browser out
#'
#' Returns the URL that ends the browser's session with the pool's sign-in page, without which the next
#' [cognito_login_sso()] may not ask for a password. Nothing is sent: open the URL in the user's browser. See
#' [AWS on the logout endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html).
#'
#' @param logout_uri The address to return to, exactly as registered with the app client. One of its sign-out URLs. One
#'   string.
#' @inheritParams cognito_login_sso
#'
#' @return The URL, one string.
#' @section Errors: `cognitoken_error_config` for a value that is missing or malformed.
#' @examples
#' cognito_logout_url("auth.example.com", "1example23456789", "http://localhost:8400/")
#' @export
cognito_logout_url <- function(domain = NULL, client_id = NULL, logout_uri, region = NULL, profile = NULL) {
  perform("logout_url", given())
}
