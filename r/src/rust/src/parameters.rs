//! The table of parameters as R has it, for the tests that hold R's functions and their documentation against it.

use cognitoken_surface::{CALLS, Call, DefaultValue, EXCEPTIONS, Kind, Language, Parameter};
use extendr_api::prelude::*;

/// The calls that R has, each with its parameters.
pub(crate) fn table() -> Robj {
    let calls = CALLS.iter().filter(|call| call.name_in(Language::R).is_some()).map(of_call);
    List::from_values(calls.collect::<Vec<_>>()).into()
}

fn of_call(call: &Call) -> Robj {
    let parameters = call.parameters().into_iter();
    let parameters = parameters.filter_map(|row| Some(of_parameter(row, name_in_r(call, row.name)?)));
    let parameters = List::from_values(parameters.collect::<Vec<_>>());
    let positional: Vec<&str> = call.positional.iter().filter_map(|name| name_in_r(call, name)).collect();
    list!(
        operation = call.operation,
        name = call.name_in(Language::R).unwrap_or_default(),
        positional = positional,
        parameters = parameters
    )
    .into()
}

/// The name of a parameter in R; `None` if R does not have it.
fn name_in_r(call: &Call, name: &'static str) -> Option<&'static str> {
    let exception = EXCEPTIONS.iter().find(|exception| {
        exception.language == Language::R
            && exception.parameter == name
            && [call.operation, ""].contains(&exception.operation)
    });
    exception.map_or(Some(name), |exception| Some(exception.instead).filter(|name| !name.is_empty()))
}

fn of_parameter(row: &'static Parameter, name: &str) -> Robj {
    let default: Robj = match row.default {
        DefaultValue::Required | DefaultValue::Nothing => Robj::default(),
        DefaultValue::Text(text) => text.into(),
        DefaultValue::Texts(texts) => texts.to_vec().into(),
        DefaultValue::Number(number) => number.into(),
        DefaultValue::Truth(truth) => truth.into(),
    };
    list!(
        name = name,
        is_required = row.default == DefaultValue::Required,
        is_secret = row.kind == Kind::Secret,
        default = default,
        variable = row.variable,
        sentence = row.sentence
    )
    .into()
}
