//! The table of parameters as R has it, for the tests that hold R's functions and their documentation against it.

use cognitoken_surface::{CALLS, Call, DefaultValue, EXCEPTIONS, Kind, Language, Parameter};
use extendr_api::prelude::*;

/// The calls that R has, each with its parameters.
pub(crate) fn table() -> Robj {
    let calls = CALLS.iter().filter(|call| call.name_in(Language::R).is_some()).map(of_call);
    List::from_values(calls.collect::<Vec<_>>()).into()
}

fn of_call(call: &Call) -> Robj {
    let is_excepted = |row: &Parameter| {
        EXCEPTIONS.iter().any(|exception| {
            exception.language == Language::R
                && exception.parameter == row.name
                && [call.operation, ""].contains(&exception.operation)
        })
    };
    let parameters = call.parameters().into_iter().filter(|row| !is_excepted(row)).map(of_parameter);
    let parameters = List::from_values(parameters.collect::<Vec<_>>());
    list!(
        operation = call.operation,
        name = call.name_in(Language::R).unwrap_or_default(),
        positional = call.positional.to_vec(),
        parameters = parameters
    )
    .into()
}

fn of_parameter(row: &'static Parameter) -> Robj {
    let default: Robj = match row.default {
        DefaultValue::Required | DefaultValue::Nothing => Robj::default(),
        DefaultValue::Text(text) => text.into(),
        DefaultValue::Texts(texts) => texts.to_vec().into(),
        DefaultValue::Number(number) => number.into(),
        DefaultValue::Truth(truth) => truth.into(),
    };
    list!(
        name = row.name,
        is_required = row.default == DefaultValue::Required,
        is_secret = row.kind == Kind::Secret,
        default = default,
        variable = row.variable,
        sentence = row.sentence
    )
    .into()
}
