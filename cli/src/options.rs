//! The options of the verbs, made from the table of parameters. No option takes a secret, because other users can read the
//! arguments of a process.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, value_parser};
use cognitoken_surface::{CALLS, DefaultValue, EXCEPTIONS, Exception, Kind, Language, Parameter};

/// The forms of the stores, see `core/src/store/kinds.rs`.
const STORES: &str = "file, file:FOLDER, keyring, memory, redis://HOST, rediss://HOST, redis+sentinel://HOST/MASTER, \
                      redis+unix:///SOCKET";

/// The beginnings of the forms, for completion.
const STORE_WORDS: [&str; 7] =
    ["file", "keyring", "memory", "redis://", "rediss://", "redis+sentinel://", "redis+unix:///"];

/// The parameters that select a stored sign-in.
const IDENTITY: [&str; 8] =
    ["username", "client_id", "region", "user_pool_id", "endpoint", "timeout", "store", "profile"];

/// A way in which a verb works: the operation, and the option of the verb that selects it. An empty option is the usual
/// way.
pub(crate) struct Mode {
    pub(crate) operation: &'static str,
    pub(crate) option: &'static str,
}

/// The options of an operation.
pub(crate) fn of(operation: &'static str) -> Vec<Arg> {
    of_modes(&[Mode { operation, option: "" }])
}

/// Some of the options of an operation, in the order of the names.
pub(crate) fn some_of(operation: &'static str, names: &[&str]) -> Vec<Arg> {
    let options = of(operation);
    names.iter().filter_map(|name| options.iter().find(|option| option.get_id() == *name).cloned()).collect()
}

/// The options that select a stored sign-in.
pub(crate) fn identity() -> Vec<Arg> {
    some_of("session", &IDENTITY)
}

/// The options of a verb that works in several ways. An option that only some of them take stands below a heading.
pub(crate) fn of_modes(modes: &[Mode]) -> Vec<Arg> {
    let uses: Vec<Use> =
        modes.iter().flat_map(|mode| rows(mode.operation).map(move |row| Use { mode, row })).collect();
    let mut names: Vec<&str> = Vec::new();
    for each in &uses {
        if !names.contains(&each.row.name) {
            names.push(each.row.name);
        }
    }
    let of_name = |name: &str| uses.iter().filter(|each| each.row.name == name).collect::<Vec<_>>();
    names.into_iter().filter_map(|name| option(&of_name(name))).collect()
}

/// A parameter in one of the ways of a verb.
struct Use<'a> {
    mode: &'a Mode,
    row: &'static Parameter,
}

fn rows(operation: &str) -> impl Iterator<Item = &'static Parameter> {
    let call = CALLS.iter().find(|call| call.operation == operation);
    call.map(|call| call.parameters()).unwrap_or_default().into_iter()
}

/// The option of a parameter; `None` for one whose form is the verb's own.
fn option(uses: &[&Use<'_>]) -> Option<Arg> {
    let Use { mode, row } = uses.first()?;
    let mut option = Arg::new(row.name).long(long(mode.operation, row)?).help(help(uses));
    option = match row.kind {
        _ if row.name == "store" => option.value_parser(Words(&STORE_WORDS)).hide_possible_values(true),
        Kind::Text | Kind::DeviceOrKey => option,
        Kind::Choice(choices) => option.value_parser(PossibleValuesParser::new(choices)),
        Kind::Seconds => option.value_parser(value_parser!(f64)),
        Kind::Truth => option.action(ArgAction::SetTrue),
        Kind::Texts => option.action(ArgAction::Append),
        Kind::NamedTexts => option.action(ArgAction::Append).value_parser(name_and_value),
        Kind::Secret
        | Kind::Device
        | Kind::Tokens
        | Kind::Session
        | Kind::Function
        | Kind::Json
        | Kind::Time => return None,
    };
    if row.kind != Kind::Truth {
        option = option.value_name(value_name(row)).required(row.default == DefaultValue::Required);
    }
    let modes: Vec<&str> = uses.iter().map(|each| each.mode.option).collect();
    Some(if modes.contains(&"") {
        option
    } else {
        option.help_heading(format!("With {}", modes.join(" or ")))
    })
}

/// The name of the option without its hyphens; `None` where the command has none.
fn long(operation: &str, row: &Parameter) -> Option<String> {
    match exception(operation, row.name) {
        Some(exception) => exception.instead.strip_prefix("--").map(str::to_owned),
        None => Some(row.name.replace('_', "-")),
    }
}

/// The exception of a parameter, first that of the operation alone.
fn exception(operation: &str, parameter: &str) -> Option<&'static Exception> {
    let of = |operation: &str| {
        EXCEPTIONS.iter().find(|exception| {
            exception.language == Language::Command
                && exception.operation == operation
                && exception.parameter == parameter
        })
    };
    of(operation).or_else(|| of(""))
}

fn value_name(row: &Parameter) -> &'static str {
    match (row.kind, row.name) {
        (Kind::Seconds, _) => "SECONDS",
        (Kind::NamedTexts, _) => "NAME=VALUE",
        (_, "client_id" | "user_pool_id" | "identity_pool_id") => "ID",
        (_, "custom_role_arn") => "ARN",
        (_, "endpoint" | "identity_endpoint" | "issuer" | "jwks_url" | "redirect_uri") => "URL",
        (_, "region") => "REGION",
        (_, "domain") => "DOMAIN",
        (_, "store") => "STORE",
        (_, "device") => "KEY",
        (_, "flow") => "FLOW",
        (_, "token_use") => "USE",
        (_, "client_authentication") => "HOW",
        (_, "lang") => "CODE",
        (_, "prompt") => "WHAT",
        (_, "idp_identifier") => "IDENTIFIER",
        _ => "NAME",
    }
}

/// The help of an option: the sentence of each way that has one of its own, with its variable and its default.
fn help(uses: &[&Use<'_>]) -> String {
    let mut told: Vec<&Parameter> = Vec::new();
    let mut help = String::new();
    for Use { mode, row } in uses {
        if told.iter().any(|known| known.sentence == row.sentence && known.default == row.default) {
            continue;
        }
        let sentence = sentence(row);
        match (told.is_empty(), mode.option) {
            (true, _) => help.push_str(&sentence),
            (false, option) => help.push_str(&format!(". With {option}: {}", in_mid_sentence(&sentence))),
        }
        help.push_str(&default(row));
        told.push(row);
    }
    help
}

/// The sentence of a row as help: without the full stop, and a switch as what it does.
fn sentence(row: &Parameter) -> String {
    let sentence = row.sentence.trim_end_matches('.');
    let mut text = match sentence.strip_prefix("Whether to ") {
        Some(does) if row.kind == Kind::Truth => capitalized(does),
        _ => sentence.to_owned(),
    };
    if row.name == "store" {
        text.push_str(": ");
        text.push_str(STORES);
    }
    if matches!(row.kind, Kind::Texts | Kind::NamedTexts) {
        text.push_str("; may be given more than once");
    }
    if !row.variable.is_empty() {
        text.push_str(&format!(" [{}]", row.variable));
    }
    text
}

fn default(row: &Parameter) -> String {
    match row.default {
        _ if row.name == "store" => " [default: file]".to_owned(),
        DefaultValue::Text(text) => format!(" [default: {text}]"),
        DefaultValue::Texts(texts) => format!(" [default: {}]", texts.join(", ")),
        DefaultValue::Number(number) => format!(" [default: {number}]"),
        DefaultValue::Required | DefaultValue::Nothing | DefaultValue::Truth(_) => String::new(),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn in_mid_sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("there is no `=` in it")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Any text, with words that completion offers.
#[derive(Clone)]
struct Words(&'static [&'static str]);

impl clap::builder::TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        option: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, option, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = clap::builder::PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|word| clap::builder::PossibleValue::new(*word))))
    }
}

/// Reads the password from standard input.
pub(crate) fn password_stdin() -> Arg {
    switch("password_stdin", "Read the password from standard input instead of COGNITO_PASSWORD")
}

/// Prompts for what is missing.
pub(crate) fn prompt() -> Arg {
    switch(
        "on_challenge",
        "Prompt, without echo, for a missing password and for the answers to challenges, as at a terminal",
    )
    .long("prompt")
}

/// Prints the result as JSON.
pub(crate) fn json(help: &'static str) -> Arg {
    switch("json", help)
}

/// Prints the tokens as JSON.
pub(crate) fn json_with_tokens() -> Arg {
    json("Print the service's response, which contains the tokens, as JSON")
}

/// An option without a value.
pub(crate) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name.replace('_', "-")).help(help).action(ArgAction::SetTrue)
}

#[cfg(test)]
mod tests;
