//! The reference of parameters, a document in Markdown that is made from the table.

use std::fmt::Write as _;

use crate::parameters::{CALLS, Call, DefaultValue, EXCEPTIONS, Exception, Kind, Language, Parameter};

const HEAD: &str = "\
# Parameters

Every call of cognitoken with its parameters. Python, R and the command take the same names; an option of the command has
`-` for `_` and two in front: `--client-id`. A value that is not given is read from its variable, in the environment or in a
`.env` file in the working directory. A secret is never an option of the command, because other users can read the arguments
of a process: it comes from its variable, from standard input or from a prompt.

This file is made from the table in `surface/src/parameters`, by
`UPDATE_REFERENCE=1 cargo test -p cognitoken-surface reference`.
";

/// The whole document.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    for call in CALLS {
        let parameters = call.parameters();
        if parameters.is_empty() {
            continue;
        }
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n## {}\n\n{}\n", title(call), names(call));
        text.push_str("| parameter | value | default | variable | |\n|---|---|---|---|---|\n");
        for parameter in parameters {
            let _ = writeln!(text, "{}", line(call, parameter));
        }
    }
    text
}

fn title(call: &Call) -> &'static str {
    call.name_in(Language::Python).unwrap_or(call.operation)
}

fn names(call: &Call) -> String {
    let named = |what: &str, language: Language, suffix: &str| {
        call.name_in(language).map(|name| format!("{what}: `{name}{suffix}`"))
    };
    let names = [
        named("Python", Language::Python, "()"),
        named("R", Language::R, "()"),
        call.name_in(Language::Command).map(|verb| format!("command: `cognitoken {verb}`")),
    ];
    format!("{}.", names.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn line(call: &Call, parameter: &Parameter) -> String {
    let exception = exception(call, parameter);
    let form = match exception {
        Some(exception) if call.name_in(Language::Command).is_some() => match exception.instead {
            "" => format!(" Not in the command: {}.", exception.reason),
            instead => format!(" Command: `{instead}`."),
        },
        _ => String::new(),
    };
    let variable = match parameter.variable {
        "" => String::new(),
        variable => format!("`{variable}`"),
    };
    format!(
        "| `{}` | {} | {} | {variable} | {}{form} |",
        parameter.name,
        kind(parameter.kind),
        default(parameter.default),
        parameter.sentence
    )
}

/// The exception of the command for a parameter; one of the call goes before one of all calls.
fn exception(call: &Call, parameter: &Parameter) -> Option<&'static Exception> {
    let fits = |operation: &str| {
        EXCEPTIONS.iter().find(|exception| {
            exception.language == Language::Command
                && exception.operation == operation
                && exception.parameter == parameter.name
        })
    };
    fits(call.operation).or_else(|| fits(""))
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Secret => "secret string".to_owned(),
        Kind::Choice(choices) => {
            choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Seconds => "seconds".to_owned(),
        Kind::Truth => "truth value".to_owned(),
        Kind::Texts => "string or several".to_owned(),
        Kind::NamedTexts => "strings with names".to_owned(),
        Kind::Device => "device".to_owned(),
        Kind::DeviceOrKey => "device, or its key".to_owned(),
        Kind::Tokens => "tokens".to_owned(),
        Kind::Session => "session".to_owned(),
        Kind::Function => "function".to_owned(),
        Kind::Json => "JSON document".to_owned(),
        Kind::Time => "point in time".to_owned(),
    }
}

fn default(default: DefaultValue) -> String {
    match default {
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::Nothing => String::new(),
        DefaultValue::Text(text) => format!("`{text}`"),
        DefaultValue::Texts(texts) => format!("`{}`", texts.join(" ")),
        DefaultValue::Number(number) => number.to_string(),
        DefaultValue::Truth(truth) => truth.to_string(),
    }
}
