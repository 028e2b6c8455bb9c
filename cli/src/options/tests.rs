//! The options of every verb, held against the table of parameters.

use clap::{ArgAction, Command};

use super::*;
use crate::verbs;

/// The whole command, with the options of every verb.
fn command() -> Command {
    let mut command = verbs::command();
    command.build();
    command
}

/// The verb of a call, and the options that select the call: `login --sso`.
fn verb(name: &str) -> Command {
    let mut verb = command();
    for word in name.split(' ') {
        match word.strip_prefix("--") {
            Some(option) => assert!(find(&verb, option).is_some(), "{name}"),
            None => verb = verb.find_subcommand(word).unwrap_or_else(|| panic!("no verb {name}")).clone(),
        }
    }
    verb
}

fn find<'a>(verb: &'a Command, long: &str) -> Option<&'a Arg> {
    verb.get_arguments().find(|option| option.get_long() == Some(long))
}

/// Every verb, those of `account` among them.
fn all_verbs(command: &Command) -> Vec<Command> {
    let nested = command.get_subcommands().flat_map(all_verbs);
    std::iter::once(command.clone()).chain(nested).collect()
}

#[test]
fn every_parameter_of_every_call_is_an_option_or_an_exception() {
    for call in CALLS {
        let Some(name) = call.name_in(Language::Command) else { continue };
        let verb = verb(name);
        for row in call.parameters() {
            let place = format!("{name}: {}", row.name);
            match exception(call.operation, row.name) {
                Some(exception) => check_exception(&verb, exception, row, &place),
                None if row.kind == Kind::Secret => {
                    assert!(find(&verb, &row.name.replace('_', "-")).is_none(), "{place}");
                }
                None => check_option(&verb, row, &place),
            }
        }
    }
}

fn check_exception(verb: &Command, exception: &Exception, row: &Parameter, place: &str) {
    assert!(exception.reason.len() > 10, "{place}");
    let forms: Vec<&str> = exception.instead.split(", ").filter(|form| !form.is_empty()).collect();
    let mut longs =
        forms.iter().map(|form| form.trim_start_matches('-').split(' ').next().unwrap_or_default());
    assert!(longs.clone().all(|long| find(verb, long).is_some()), "{place}: {forms:?}");
    if let Some(option) = verb.get_arguments().find(|option| option.get_id() == row.name) {
        assert!(longs.any(|long| option.get_long() == Some(long)), "{place} is an option all the same");
    }
}

fn check_option(verb: &Command, row: &Parameter, place: &str) {
    let long = row.name.replace('_', "-");
    let Some(option) = find(verb, &long) else {
        let is_argument = verb.get_positionals().any(|argument| argument.get_id() == row.name);
        assert!(is_argument, "{place} is neither an option nor an argument");
        return;
    };
    let help = option.get_help().map(ToString::to_string).unwrap_or_default();
    let says = |text: &str| assert!(help.contains(text), "{place}: {text} in {help}");
    match row.default {
        DefaultValue::Text(text) => says(&format!("[default: {text}]")),
        DefaultValue::Texts(texts) => says(&format!("[default: {}]", texts.join(", "))),
        DefaultValue::Number(number) => says(&format!("[default: {number}]")),
        DefaultValue::Truth(truth) => assert!(!truth, "{place}: a switch cannot be on without being given"),
        DefaultValue::Required => assert!(option.is_required_set(), "{place}"),
        DefaultValue::Nothing => {}
    }
    let has_default = !option.get_default_values().is_empty();
    assert_eq!(
        has_default,
        row.kind == Kind::Truth,
        "{place}: the core has the defaults, but those of switches"
    );
    if !row.variable.is_empty() {
        says(&format!("[{}]", row.variable));
    }
    let action = option.get_action();
    match row.kind {
        Kind::Truth => assert!(matches!(action, ArgAction::SetTrue), "{place}"),
        Kind::Texts | Kind::NamedTexts => assert!(matches!(action, ArgAction::Append), "{place}"),
        _ => assert!(matches!(action, ArgAction::Set), "{place}"),
    }
    if let Kind::Choice(choices) = row.kind {
        let offered = option.get_possible_values();
        let offers = |choice: &&str| offered.iter().any(|value| value.matches(choice, false));
        assert!(choices.iter().all(offers), "{place}: {offered:?}");
    }
}

#[test]
fn every_exception_is_of_a_parameter_that_the_command_would_have() {
    let of_the_command = EXCEPTIONS.iter().filter(|exception| exception.language == Language::Command);
    for exception in of_the_command {
        let is_used = CALLS.iter().filter(|call| call.name_in(Language::Command).is_some()).any(|call| {
            let is_meant = exception.operation.is_empty() || exception.operation == call.operation;
            is_meant && call.parameters().iter().any(|row| row.name == exception.parameter)
        });
        assert!(is_used, "{} of {:?}", exception.parameter, exception.operation);
    }
}

#[test]
fn no_verb_has_an_option_for_a_secret() {
    let secret: Vec<String> = CALLS
        .iter()
        .flat_map(|call| call.parameters().into_iter().map(move |row| (call, row)))
        .filter(|(call, row)| row.kind == Kind::Secret && exception(call.operation, row.name).is_none())
        .map(|(_, row)| row.name.replace('_', "-"))
        .collect();
    assert!(secret.iter().any(|name| name == "password"));
    for verb in all_verbs(&command()) {
        for name in &secret {
            assert!(find(&verb, name).is_none(), "{} --{name}", verb.get_name());
        }
    }
}

#[test]
fn every_option_has_help_and_the_parser_has_no_contradiction() {
    verbs::command().debug_assert();
    for verb in all_verbs(&command()) {
        assert!(verb.get_about().is_some(), "{}", verb.get_name());
        for option in verb.get_arguments() {
            assert!(option.get_help().is_some(), "{} {}", verb.get_name(), option.get_id());
        }
    }
}
