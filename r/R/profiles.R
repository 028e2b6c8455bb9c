#' Profiles
#'
#' `cognito_configure()` keeps the values of a sign-in under a name, so that no script has to give them. Afterwards
#' [cognito_login()], [cognito_session()] and every other function take from the profile what neither an argument, the
#' environment nor `.env` gives, in every folder. Python, R and the command share the profiles, which rest in
#' `cognitoken/config.toml` in the user's configuration folder.
#'
#' If no value is given, or the client's id is not known, `cognito_configure()` asks for the client id, the user name
#' and the user pool or its region, in an interactive session and in a Jupyter notebook. A value that is not given stays
#' as it was; the values of another client are not taken over. A password is never kept.
#'
#' `cognito_profiles()` returns the profiles. `cognito_forget_profile()` removes one with its client secret; its
#' sign-ins stay in their store.
#'
#' @param profile The name of the profile. Letters, digits, `-`, `_`, `.` and `@`. One string; for
#'   `cognito_configure()`, default: `"default"`.
#' @param client_id The app client's id. One string.
#' @param username The user who answers if nobody is named. One string.
#' @param region The AWS region to call; without one, the pool id's. One string, such as `"us-east-1"`.
#' @param user_pool_id The user pool's id. One string, such as `"us-east-1_AbCdEfGhI"`.
#' @param domain The pool's domain: its prefix, its host or its https URL. One string.
#' @param endpoint The URL of the service, if it is not the region's own. One string.
#' @param store The store of the tokens; file if none is given. One string, as for [cognito_session()].
#' @param sso Whether the person signs in on the pool's page. `TRUE` or `FALSE`, the default.
#' @param client_secret The app client's secret, which is kept in the store. It is protected as the tokens there, and
#'   not in the file of the profiles. One string.
#'
#' @return `cognito_configure()`: an object of class `cognito_profile`. It shows itself when it is printed and
#'   has the fields `$name`, `$is_chosen` (whether it answers if no profile is named), `$client_id`, `$username`,
#'   `$region`, `$user_pool_id`, `$domain`, `$endpoint`, `$store`, `$sso` and `$has_client_secret`; what is not kept is
#'   `NULL`. `cognito_profiles()`: a list of such objects with their names. `cognito_forget_profile()`: `NULL`,
#'   invisibly.
#' @section Errors:
#' `cognitoken_error_config` if a value is malformed, the client's id is not known and nobody is asked, there is no such
#' profile, or the file cannot be read or written; `cognitoken_error_store` if the client secret cannot be kept or
#' removed. Nothing is kept or removed then.
#' @seealso [cognito_switch()]
#' @examplesIf interactive()
#' cognito_configure() # asks for what it needs
#' tokens <- cognito_login(on_challenge = "prompt") # asks for the password
#' # from now on, in any folder
#' token <- session_id_token(cognito_session())
#' @export
cognito_configure <- function(profile = "default", client_id = NULL, username = NULL, region = NULL,
                              user_pool_id = NULL, domain = NULL, endpoint = NULL, store = NULL, sso = FALSE,
                              client_secret = NULL) {
  values <- given()
  if (person_is_there()) {
    for (question in perform("configure.questions", values)) {
      answer <- answer_to(question)
      values[names(answer)] <- answer
    }
  }
  perform("configure", values)
}

# The value that a person types, by the name of its argument. One that cannot be used is told and asked for again.
answer_to <- function(question) {
  default <- if (!is.null(question$default)) paste0(" [", question$default, "]")
  answers <- list(parameter = question$parameter)
  for (turn in seq_len(most_answers)) {
    typed <- trimws(readline(paste0(question$prompt, default, ": ")))
    answers$answer <- text_as_utf8(if (nzchar(typed) || is.null(default)) typed else question$default)
    reply <- reply_of("configure.answer", answers)
    # readline() gives an empty answer at the end of the input, too: there, asking again would not end.
    if (is.null(reply$error) || !nzchar(answers$answer)) {
      break
    }
    message(paste(shown(c(reply$error$message, reply$error$hint)), collapse = "\n"))
  }
  result_of(reply)
}

#' @rdname cognito_configure
#' @export
cognito_profiles <- function() {
  profiles <- perform("profiles")
  stats::setNames(profiles, vapply(profiles, function(profile) profile$name, ""))
}

#' @rdname cognito_configure
#' @export
cognito_forget_profile <- function(profile) {
  invisible(perform("forget_profile", given()))
}

#' Everybody who is signed in
#'
#' `cognito_sign_ins()` returns the sign-ins in the stores of the profiles, in `COGNITO_STORE` and in the user's own
#' files. `cognito_switch()` chooses who answers if nobody is named: a user who is signed in, or a profile.
#'
#' @param username The user to switch to, who is signed in. The profile of that sign-in is chosen, and answers for this
#'   user. One string.
#' @param profile The profile to switch to. Beside a user, the one of several profiles where this user is signed in. One
#'   string.
#' @param timeout The time limit of the whole call in seconds. One number above 0; default: 30.
#'
#' @return `cognito_sign_ins()`: a list of objects of class `cognito_session_status`, see [session_status()], each with
#'   the profile that it is of. `cognito_switch()`: the profile that answers now, see [cognito_configure()].
#' @section Errors:
#' `cognitoken_error_config` if neither a user nor a profile is given, there is no such profile, or the user is signed
#' in by several profiles; `cognitoken_error_authentication` if the user is not signed in; `cognitoken_error_store` if a
#' store that a profile or the environment names does not work.
#' @seealso [cognito_sign_out()]
#' @examplesIf interactive()
#' cognito_sign_ins()
#' cognito_switch("grace")
#' cognito_switch(profile = "work")
#' @export
cognito_sign_ins <- function(timeout = 30) {
  perform("sign_ins", given())
}

#' @rdname cognito_sign_ins
#' @export
cognito_switch <- function(username = NULL, profile = NULL, timeout = 30) {
  perform("switch", given())
}
