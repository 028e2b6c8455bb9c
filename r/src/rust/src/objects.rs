//! Results as R has them. An object that holds secrets or goes on living is an external pointer, so that no way of
//! printing or saving shows what is in it.

use std::sync::Arc;

use cognitoken::{Challenge, Claims, CodeDelivery, DecodedJwt, Error, ErrorKind, Value};
use cognitoken_surface::{Object, Output};
use extendr_api::prelude::*;

use crate::json;
use crate::reply::{defect, described};
use crate::values::{argument, texts_to_r, without_nul};
use crate::vectors::{self, NoPointer, Text};

/// The class in R.
fn class(object: &Object) -> &'static str {
    match object {
        Object::Tokens(_) => "cognito_tokens",
        Object::Challenge(_) => "cognito_challenge",
        Object::Device(_) => "cognito_device",
        Object::CodeDelivery(_) => "cognito_code_delivery",
        Object::DecodedJwt(_) => "decoded_jwt",
        Object::Session(_) => "cognito_session_pointer",
        Object::Verifier(_) => "jwt_verifier",
        Object::SsoAttempt(_) => "cognito_sso_attempt",
        Object::AwsCredentials(_) => "cognito_aws_credentials",
        Object::SessionStatus(_) => "cognito_session_status",
        Object::Check(_) => "cognito_check",
        Object::Report(_) => "cognito_doctor",
        Object::Profile(_) => "cognito_profile",
    }
}

/// A result as R has it.
pub(crate) fn to_r(output: &Output) -> std::result::Result<Robj, Error> {
    Ok(match output {
        Output::Nothing => Robj::default(),
        Output::Truth(truth) => (*truth).into(),
        Output::Integer(number) => (*number as f64).into(),
        Output::Number(number) => (*number).into(),
        Output::Text(text) => without_nul(text).into(),
        Output::Texts(texts) => texts.iter().map(|text| without_nul(text)).collect::<Vec<_>>().into(),
        Output::Named(texts) => texts_to_r(texts)?,
        Output::Json(value) => json::to_r(value)?,
        Output::Object(object) => object_to_r(object)?,
        Output::List(items) => {
            List::from_values(items.iter().map(to_r).collect::<std::result::Result<Vec<_>, _>>()?).into()
        }
        Output::Each(results) => {
            let items = results.iter().map(|result| match result {
                Ok(output) => Ok(list!(ok = to_r(output)?).into()),
                Err(error) => Ok(list!(error = described(error, None)).into()),
            });
            List::from_values(items.collect::<std::result::Result<Vec<Robj>, Error>>()?).into()
        }
    })
}

fn object_to_r(object: &Object) -> std::result::Result<Robj, Error> {
    let (mut value, classes): (Robj, Vec<&str>) = match object {
        Object::CodeDelivery(_) | Object::DecodedJwt(_) | Object::Check(_) => {
            let fields =
                object.fields().iter().map(|field| Ok((field.name, to_r(&object.field(field.name)?)?)));
            let fields = fields.collect::<std::result::Result<Vec<_>, Error>>()?;
            (List::from_pairs(fields).into(), vec![class(object)])
        }
        _ => (ExternalPtr::new(object.clone()).into(), vec![class(object), "cognito_object"]),
    };
    value.set_class(classes).map_err(|_| defect())?;
    Ok(value)
}

/// A challenge as R has it.
pub(crate) fn challenge_to_r(challenge: &Challenge) -> Robj {
    object_to_r(&Object::Challenge(Arc::new(challenge.clone()))).unwrap_or_default()
}

/// The object behind the external pointer of an R object.
pub(crate) fn object_of(value: &Robj, name: &str) -> std::result::Result<Object, Error> {
    match vectors::pointer::<Object>(value) {
        Ok(pointer) => Ok(pointer.addr().clone()),
        Err(NoPointer::Empty) => {
            let message = format!("{name} is empty: it comes from a file, or from another R process");
            Err(Error::new(ErrorKind::Config, "EmptyObject", message).with_hint(
                "It lives in the R process that made it, and is never written out. Make it anew here.",
            ))
        }
        Err(NoPointer::Other) => {
            Err(argument(format!("{name} must be an object that this package returned")))
        }
    }
}

/// The object that an R object shows. What R has as a list, a program may have changed.
pub(crate) fn shown_object(value: &Robj) -> std::result::Result<Object, Error> {
    let member = |name: &str| member_of(value, name).unwrap_or_default();
    if value.inherits("decoded_jwt") {
        let (header, payload) = (claims(&member("header"))?, claims(&member("payload"))?);
        return Ok(Object::DecodedJwt(Arc::new(DecodedJwt { header, payload, signature: String::new() })));
    }
    if value.inherits("cognito_code_delivery") {
        let text = |name: &str| vectors::text(&member(name));
        let mut delivery = CodeDelivery::default();
        delivery.destination = text("destination");
        delivery.delivery_medium = text("delivery_medium");
        delivery.attribute_name = text("attribute_name");
        return Ok(Object::CodeDelivery(Arc::new(delivery)));
    }
    object_of(value, "the object")
}

fn member_of(value: &Robj, wanted: &str) -> Option<Robj> {
    let (names, members) = vectors::members(value)?;
    let mut named = names?.into_iter().zip(members);
    named.find_map(|(name, member)| matches!(name, Text::Valid(name) if name == wanted).then_some(member))
}

fn claims(value: &Robj) -> std::result::Result<Claims, Error> {
    match json::from_r(value, "the token")? {
        Value::Object(claims) => Ok(claims),
        Value::Array(items) if items.is_empty() => Ok(Claims::new()),
        _ => Err(argument("the claims of a token must be a named list".to_owned())),
    }
}
