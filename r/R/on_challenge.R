# An operation that may meet challenges: they are answered, one by one, until it is over or nothing answers, and the
# last reply is given. on_challenge is called by R itself, between the calls that wait; what follows an answer is
# decided by the conversation in the compiled code.
conversed <- function(values, answerer, operation) {
  if (is.null(answerer)) {
    return(operation(values, NULL))
  }
  conversation <- result_of(.Call(door_new_conversation, answerer$is_person))
  reply <- operation(values, conversation)
  while (identical(reply$asks, "value")) {
    missing <- reply$missing
    values[[missing$parameter]] <- (if (missing$is_hidden) ask_hidden else readline)(paste0(missing$prompt, ": "))
    reply <- operation(values, conversation)
  }
  while (identical(reply$asks, "answer")) {
    is_again <- isTRUE(reply$still_waits)
    if (is_again) {
      message(paste(shown(c(reply$error$message, reply$error$hint)), collapse = "\n"))
    }
    answer <- answerer$answer(reply$error$challenge, is_again)
    if (is.null(answer)) {
      break
    }
    reply <- reply_of("challenge.respond", c(list(self = reply$error$challenge), answer), conversation)
  }
  reply
}

# What a user gave as on_challenge: whether it is a person, and a function that gives the values of an answer, or NULL.
challenge_answerer <- function(on_challenge) {
  if (is.null(on_challenge)) {
    NULL
  } else if (is.function(on_challenge)) {
    list(is_person = FALSE, answer = function(challenge, is_again) answer_of(on_challenge(challenge)))
  } else if (identical(on_challenge, "prompt")) {
    if (person_is_there()) list(is_person = TRUE, answer = answer_of_person)
  } else {
    stop_for_argument('`on_challenge` must be a function, "prompt" or NULL')
  }
}

# What a function gave, as the values of an answer.
answer_of <- function(given) {
  if (is.null(given)) {
    return(NULL)
  }
  if (is.character(given) && length(given) == 1 && is.null(names(given))) {
    given <- list(answer = given)
  }
  known <- names(formals(cognito_respond))[-1]
  if (!is.list(given) || is.null(names(given)) || !all(names(given) %in% known)) {
    stop_for_argument("`on_challenge` must return one string, a named list of cognito_respond()'s arguments, or NULL")
  }
  lapply(given, text_as_utf8)
}

# A choice or an address may be seen; a code or a password is typed without echo, and a new password twice. NULL when
# the person gives up, or enters nothing: readline() gives the same at the end of input, and asking again would not end.
answer_of_person <- function(challenge, is_again) {
  question <- question_of(challenge)
  if (!is_again) {
    cat(paste0(question$setup, "\n", recycle0 = TRUE), sep = "")
  }
  prompt <- paste0(question$prompt, ": ")
  typed <- if (question$is_asked_twice) {
    ask_hidden_twice(prompt, question$most_attempts)
  } else if (question$is_hidden) {
    ask_hidden(prompt)
  } else {
    readline(prompt)
  }
  if (is_given_up(typed)) {
    return(NULL)
  }
  attributes <- list()
  for (name in names(question$attributes)) {
    attributes[[name]] <- readline(paste0(question$attributes[[name]], ": "))
    if (is_given_up(attributes[[name]])) {
      return(NULL)
    }
  }
  list(answer = typed, attributes = attributes)
}

is_given_up <- function(typed) is.null(typed) || !nzchar(typed)

# What nobody sees may be mistyped. NULL when the person gives up, or never types the same twice.
ask_hidden_twice <- function(prompt, most_attempts) {
  for (attempt in seq_len(most_attempts)) {
    typed <- ask_hidden(prompt)
    again <- if (!is_given_up(typed)) ask_hidden("The same once more: ")
    if (is_given_up(again)) {
      return(NULL)
    }
    if (identical(typed, again)) {
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
