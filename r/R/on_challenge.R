# A sign-in goes on here, challenge by challenge, until there are tokens or nothing answers: then its reply becomes the
# condition. on_challenge is called by R itself, between the calls that wait.
answered <- function(reply, on_challenge) {
  while (!is.null(on_challenge) && asks_on(reply)) {
    challenge <- cognito_challenge(reply$error$challenge)
    next_reply <- on_challenge(challenge)
    if (is.null(next_reply)) {
      break
    }
    reply <- next_reply
  }
  cognito_tokens(answer_of(reply))
}

# Whether the reply is another question. The challenge of a mistyped answer is one that was asked before.
asks_on <- function(reply) {
  !is.null(reply$error$challenge) && !isTRUE(reply$still_waits)
}

# What a user gave as on_challenge, as a function that answers a challenge: it gives respond's reply, or NULL.
challenge_answerer <- function(on_challenge) {
  if (is.null(on_challenge)) {
    NULL
  } else if (is.function(on_challenge)) {
    function(challenge) reply_to(challenge, on_challenge(challenge))
  } else if (identical(on_challenge, "prompt")) {
    if (person_is_there()) ask_person
  } else {
    stop_for_argument('`on_challenge` must be a function, "prompt" or NULL')
  }
}

reply_to <- function(challenge, given) {
  if (is.null(given)) {
    return(NULL)
  }
  if (is.character(given) && length(given) == 1 && is.null(names(given))) {
    given <- list(answer = given)
  }
  if (!is.list(given) || is.null(names(given)) || !all(nzchar(names(given)))) {
    stop_for_argument("`on_challenge` must return one string, a named list of cognito_respond()'s arguments, or NULL")
  }
  .Call(wrap__respond, c(list(challenge = challenge), lapply(given, text_as_utf8)))
}

most_tries <- 3

ask_person <- function(challenge) {
  cat(paste0(setup_lines(challenge), "\n"), sep = "")
  for (try in seq_len(most_tries)) {
    given <- answer_of_person(challenge)
    if (is.null(given)) {
      return(NULL)
    }
    reply <- reply_to(challenge, given)
    if (!isTRUE(reply$still_waits) || try == most_tries) {
      return(reply)
    }
    message(paste(shown(c(reply$error$message, reply$error$hint)), collapse = "\n"))
  }
}

# A choice or an address may be seen; a code or a password is typed without echo, and a new password twice. NULL when
# the person gives up.
answer_of_person <- function(challenge) {
  prompt <- paste0("https://", shown(challenge$host), " asks (its words): ", challenge$question, ": ")
  typed <- switch(challenge$answer_form,
    choice = ,
    email_address = readline(prompt),
    new_password = ask_hidden_twice(prompt),
    ask_hidden(prompt)
  )
  if (is.null(typed)) {
    return(NULL)
  }
  wanted <- challenge$required_attributes
  attributes <- lapply(wanted, function(name) readline(paste0(shown(name), ": ")))
  list(answer = typed, attributes = stats::setNames(attributes, wanted))
}

# What nobody sees may be mistyped. NULL when the person gives up, or never types the same twice.
ask_hidden_twice <- function(prompt) {
  for (try in seq_len(most_tries)) {
    typed <- ask_hidden(prompt)
    if (is.null(typed) || identical(typed, ask_hidden("The same once more: "))) {
      return(typed)
    }
    message("The two differ.")
  }
}

ask_hidden <- function(prompt) {
  # Left to itself, askpass asks nobody in a notebook.
  askpass_asks <- interactive() || !is.null(getOption("askpass"))
  in_notebook <- if (isTRUE(getOption("jupyter.in_kernel"))) notebook_asks_hidden()
  if (!is.null(in_notebook)) {
    in_notebook(prompt)
  } else if (askpass_asks && requireNamespace("askpass", quietly = TRUE)) {
    askpass::askpass(prompt)
  } else if (requireNamespace("rstudioapi", quietly = TRUE) && rstudioapi::isAvailable()) {
    rstudioapi::askForPassword(prompt)
  } else {
    readline_without_echo(prompt)
  }
}

# IRkernel puts a getPass() that asks in the notebook onto the search path, or into the package of that name.
notebook_asks_hidden <- function() {
  where <- if ("getPass" %in% loadedNamespaces()) asNamespace("getPass") else globalenv()
  get0("getPass", envir = where, mode = "function")
}

readline_without_echo <- function(prompt) {
  if (isatty(stdin()) && nzchar(Sys.which("stty")) && system("stty -echo") == 0) {
    on.exit({
      system("stty echo")
      cat("\n")
    })
  }
  readline(prompt)
}

# In a Jupyter notebook readline() asks, though R itself does not count as interactive there.
person_is_there <- function() {
  if (isTRUE(getOption("jupyter.in_kernel"))) notebook_may_ask() else interactive()
}

# A notebook that is run without a person (nbclient, papermill) says so in each request that it has executed. IRkernel
# keeps that beside the readline() that it has in the place of R's, and asks all the same, for ever.
notebook_may_ask <- function(asks = readline) {
  request <- get0("current_request", envir = environment(asks), inherits = FALSE)
  !isFALSE(request$content$allow_stdin)
}
