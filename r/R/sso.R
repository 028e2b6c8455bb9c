#' Sign in on the pool's page
#'
#' Opens the sign-in page of the pool in a browser, waits until the browser comes back to this machine, and gives the
#' tokens: with whatever the pool has there, its own user names, single sign-on by another identity provider, MFA. The
#' password never comes near R. OAuth's authorization code with PKCE, see
#' [AWS on the authorization endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html),
#' [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636) and [RFC 8252](https://www.rfc-editor.org/rfc/rfc8252).
#'
#' @section Where the browser runs on another machine:
#' On RStudio Server, Posit Workbench, JupyterHub, Colab or over ssh the browser cannot come back to R. That is noticed:
#' the link is shown instead, to be opened by hand. At the end the browser stands at an address that begins with
#' `redirect_uri` and may well show an error page. Paste that address at the prompt. Should the browser have come back
#' all the same, press Enter: whichever is first, counts.
#'
#' @param domain The pool's domain: its prefix, its host or its https address. One string; default: `COGNITO_DOMAIN`.
#' @param identity_provider The name of the identity provider to go to at once, such as `"Google"`, one of the pool's
#'   own, or `"COGNITO"` for its user names. One string; default: the page lets the user choose.
#' @param idp_identifier An identifier of the identity provider, such as an e-mail domain, in the place of its name. One
#'   string; default: none.
#' @param login_hint The user name that the page begins with. One string; default: none.
#' @param lang The language of the page, such as `"de"`. One string; default: the browser's.
#' @param prompt What the page does with a browser that is signed in: `"login"`, `"select_account"`, `"none"`,
#'   `"consent"`. One string; default: it goes on without asking.
#' @param scopes What the tokens are to be good for. A character vector.
#' @param redirect_uri Where the page sends the browser back to, letter for letter as it is registered among the app
#'   client's callback URLs. One string; R listens there when it is plain http on `localhost`
#'   (at `127.0.0.1` and `[::1]`), `127.0.0.1` or `[::1]`.
#' @param open_browser `TRUE`, the default: opens the browser, and shows the link where that cannot work. `FALSE`: shows
#'   the link, and takes the address that the browser ended at, pasted ([interactive()] only). A function: it is called
#'   with the link, one string, and has it opened somewhere. The link is for this user alone.
#' @param timeout The limit of the whole, the person included, in seconds. One number above 0; default: 300.
#' @inheritParams cognito_login
#'
#' @return Tokens, see [cognito_tokens]. [cognito_refresh()] refreshes them at the domain, [cognito_revoke()] revokes
#'   them there.
#' @section Errors:
#' Conditions, see [cognitoken]: `cognitoken_error_config` for a value that is missing or malformed, and for a port that
#' is in use (`PortInUse`) or not allowed; `cognitoken_error_authentication` (`access_denied`) where the person or the
#' identity provider refused; `cognitoken_error_service` under OAuth's names; `cognitoken_error_request_timeout` where
#' nobody came back in time; `cognitoken_error_token_invalid` where the ID token belongs to another sign-in. An
#' interrupt (Ctrl-C, Esc) ends the wait and closes the port.
#' @seealso [cognito_logout_url()]
#' @examplesIf interactive()
#' tokens <- cognito_login_sso("1example23456789", "my-app", region = "us-east-1")
#' tokens
#' @export
cognito_login_sso <- function(client_id = NULL, domain = NULL, client_secret = NULL, region = NULL,
                              identity_provider = NULL, idp_identifier = NULL, login_hint = NULL, lang = NULL,
                              prompt = NULL, scopes = c("openid", "email", "profile"),
                              redirect_uri = "http://localhost:8400/", open_browser = TRUE, timeout = 300) {
  if (!is.function(open_browser) && !isTRUE(open_browser) && !isFALSE(open_browser)) {
    stop_for_argument("`open_browser` must be TRUE, FALSE or a function")
  }
  open_browser <- browser_opener(open_browser)
  values <- arguments(
    client_id = client_id, domain = domain, client_secret = client_secret, region = region,
    identity_provider = identity_provider, idp_identifier = idp_identifier, login_hint = login_hint, lang = lang,
    prompt = prompt, scopes = scopes, redirect_uri = redirect_uri, timeout = timeout,
    person_can_paste = is.null(open_browser) && person_is_there()
  )
  page <- answer_of(.Call(wrap__sso_start, values))
  # However this ends, by an interrupt too, the port is closed.
  on.exit(.Call(wrap__sso_end, arguments(page = page)))
  if (is.null(open_browser)) show_link(page) else open_browser(page)
  cognito_tokens(answer_of(.Call(wrap__sso_wait, arguments(page = page))))
}

# What opens the page, or NULL where the link is to be shown.
browser_opener <- function(open_browser) {
  if (is.function(open_browser)) {
    function(page) open_browser(sso_facts(page)$link)
  } else if (open_browser && !answer_of(.Call(wrap__likely_remote))) {
    function(page) {
      reply <- .Call(wrap__sso_open_browser, arguments(page = page))
      if (!is.null(reply$error)) {
        show_link(page)
      }
    }
  }
}

sso_facts <- function(page) {
  answer_of(.Call(wrap__sso_facts, arguments(page = page)))
}

show_link <- function(page) {
  message("Open this link in a browser to sign in:\n\n", sso_facts(page)$link, "\n")
  if (person_is_there()) {
    take_pasted_address(page)
  }
}

# More than anybody pastes in earnest; a console that answers by itself must not be asked for ever.
most_addresses <- 20

# Asks for the address until one is taken, the browser has come back, or the person would rather wait for it.
take_pasted_address <- function(page) {
  facts <- sso_facts(page)
  message("Paste the address that the browser ended at: it begins with ", facts$redirect_uri)
  if (facts$listens) {
    message("Should the browser say that you are signed in, just press Enter.")
  }
  for (try in seq_len(most_addresses)) {
    address <- readline("Address: ")
    if (answer_of(.Call(wrap__sso_is_over, arguments(page = page))) || !nzchar(trimws(address)) && facts$listens) {
      break
    }
    reply <- .Call(wrap__sso_paste, arguments(page = page, address = address))
    if (is.null(reply$error)) {
      break
    }
    message(paste(shown(c(reply$error$message, reply$error$hint)), collapse = "\n"))
  }
}

#' Where a browser is sent to be signed out
#'
#' The address that ends the browser's own session at the pool's sign-in page, which tokens know nothing of: without it
#' the next [cognito_login_sso()] may not ask for a password. Nothing is sent; open it in the user's browser. See
#' [AWS on the logout endpoint](https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html).
#'
#' @param logout_uri Where the browser goes afterwards, letter for letter as it is registered among the app client's
#'   sign-out URLs. One string.
#' @inheritParams cognito_login_sso
#'
#' @return The address, one string.
#' @section Errors: `cognitoken_error_config` for a value that is missing or malformed.
#' @examples
#' cognito_logout_url("auth.example.com", "1example23456789", "http://localhost:8400/")
#' @export
cognito_logout_url <- function(domain = NULL, client_id = NULL, logout_uri = NULL, region = NULL) {
  values <- arguments(domain = domain, client_id = client_id, logout_uri = logout_uri, region = region)
  answer_of(.Call(wrap__logout_url, values))
}
