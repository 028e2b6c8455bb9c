//! Reading the error answers of AWS's JSON APIs.

use serde_json::Value;

use super::failure::{Failure, Reached};
use super::message::Response;
use crate::error::{Error, Repeat};
use crate::text::{is_name, presentable, reveals};
use crate::verdict::{Form, Refusal, RequestKind, judge};

/// Reads an answer whose status is not 200. `None` if it is not in the API's form. The message repeats neither
/// secrets nor private values; the code may be equal to a private value, which any word can be.
pub(super) fn read(
    answer: &Response,
    request_kind: RequestKind,
    secrets: &[&str],
    private: &[&str],
) -> Option<Failure> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let text = |name: &str| body.as_ref()?.get(name)?.as_str();
    let codes = [answer.header("x-amzn-errortype"), text("code"), text("__type")];
    let is_code = |code: &&str| is_name(code) && !reveals(code, secrets);
    let code = codes.into_iter().flatten().map(bare_code).find(is_code)?;
    let message = text("message").or_else(|| text("Message"));
    let refusal = Refusal {
        request_kind,
        status: answer.status,
        waf_action: answer.waf_action(),
        code: Some(code),
        message: message.unwrap_or_default(),
        form: Form::default(),
    };
    let verdict = judge(&refusal);
    let hidden = [secrets, private].concat();
    let shown = presentable(message.unwrap_or("the service refused the request without a message"), &hidden);
    let error = Error::judged(verdict, code.to_owned(), shown)
        .with_request_id(answer.request_id(secrets).map(str::to_owned));
    let reached = if verdict.repeat == Repeat::Unread { Reached::Nothing } else { Reached::Unknown };
    Some(Failure { error, reached, retry_after: answer.retry_after() })
}

/// `com.amazonaws#NotAuthorizedException:http://...` names `NotAuthorizedException`.
fn bare_code(text: &str) -> &str {
    let text = text.split([',', ':']).next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_cut_out_of_its_wrapping() {
        for (wrapped, expected) in [
            ("NotAuthorizedException", "NotAuthorizedException"),
            ("NotAuthorizedException:http://internal.amazon.com/coral/", "NotAuthorizedException"),
            ("com.amazonaws.cognito#UserNotFoundException", "UserNotFoundException"),
            ("a#B,c:d", "B"),
        ] {
            assert_eq!(bare_code(wrapped), expected);
        }
    }
}
