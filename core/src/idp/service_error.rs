//! What the service says when it refuses, put into our kinds, with the next step for a person.

use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Failure, Reached};
use crate::text::{is_name, presentable, reveals};

/// The service's names for "try again later": nothing was done yet.
const THROTTLING: [&str; 4] =
    ["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded"];

/// The limits of one user's attempts: another try only makes the wait longer.
const ATTEMPT_LIMITS: [&str; 2] = ["LimitExceededException", "TooManyFailedAttemptsException"];

/// Reads an answer whose status says that the request failed. `None` where it is not in the API's form.
pub(super) fn read(answer: &Answer, secrets: &[&str]) -> Option<Failure> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let text = |name: &str| body.as_ref()?.get(name)?.as_str();
    let codes = [answer.header("x-amzn-errortype"), text("code"), text("__type")];
    let is_code = |code: &&str| is_name(code) && !reveals(code, secrets);
    let code = codes.into_iter().flatten().map(bare_code).find(is_code)?;
    let message = text("message").or_else(|| text("Message")).unwrap_or("the service gave no reason");

    let limit = ATTEMPT_LIMITS.contains(&code);
    let throttled = !limit && (answer.status == 429 || THROTTLING.contains(&code));
    let internal = !limit && (answer.status >= 500 || code == "InternalErrorException");
    let kind = if throttled { ErrorKind::Throttled } else { kind_of(code) };
    let mut error = Error::new(kind, code.to_owned(), presentable(message, secrets))
        .with_request_id(answer.request_id(secrets).map(str::to_owned))
        .with_retryable(throttled || internal);
    if let Some(hint) = hint_for(&error, &message.to_ascii_lowercase()) {
        error = error.with_hint(hint);
    }
    let reached = if throttled { Reached::Nothing } else { Reached::Unknown };
    Some(Failure { error, reached, retry_after: answer.retry_after() })
}

/// `com.amazonaws#NotAuthorizedException:http://...` names `NotAuthorizedException`.
fn bare_code(text: &str) -> &str {
    let text = text.split([',', ':']).next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

fn kind_of(code: &str) -> ErrorKind {
    match code {
        "PasswordResetRequiredException" => ErrorKind::PasswordResetRequired,
        "UserNotConfirmedException" => ErrorKind::UserNotConfirmed,
        code if ATTEMPT_LIMITS.contains(&code) => ErrorKind::Throttled,
        "NotAuthorizedException"
        | "UserNotFoundException"
        | "RefreshTokenReuseException"
        | "CodeMismatchException"
        | "ExpiredCodeException"
        | "EnableSoftwareTokenMFAException"
        | "SoftwareTokenMFANotFoundException"
        | "MFAMethodNotFoundException"
        | "InvalidPasswordException"
        | "PasswordHistoryPolicyViolationException"
        | "UserLambdaValidationException"
        | "ForbiddenException" => ErrorKind::Authentication,
        _ => ErrorKind::Service,
    }
}

/// The next step. Cognito tells several causes apart in its message alone, here in lower case.
fn hint_for(error: &Error, message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    Some(match error.code() {
        _ if error.kind() == ErrorKind::Throttled && error.retryable() => {
            "The service is busy: try again in a while, and use one session for many calls."
        }
        _ if says("secret") && !says("secret_block") => {
            "This app client has a secret: give client_secret (COGNITO_CLIENT_SECRET), exactly as it was given to you. \
             If it has none, leave the secret out."
        }
        "NotAuthorizedException" if says("user_srp_auth") || says("user_password_auth") || says("flow") => {
            FLOW_NOT_ENABLED
        }
        "NotAuthorizedException" if says("attempts") => {
            "Too many wrong passwords: wait some minutes, then try again."
        }
        "NotAuthorizedException" if says("access token") => {
            "The access token is expired or revoked: refresh the tokens, or sign in again."
        }
        "NotAuthorizedException" if says("refresh token") || says("revoked") => {
            "The refresh token is no longer good: sign in again."
        }
        "NotAuthorizedException" if says("session") => {
            "The sign-in took too long or was answered already: start it again."
        }
        "NotAuthorizedException" if says("disabled") => "An administrator disabled this user.",
        "NotAuthorizedException" | "UserNotFoundException" => {
            "Check COGNITO_USER_NAME and COGNITO_PASSWORD, and that they belong to this client id and region."
        }
        "InvalidParameterException" if says("flow") || says("not enabled") || says("not supported") => {
            FLOW_NOT_ENABLED
        }
        "ResourceNotFoundException" => {
            "No such app client or pool in this region: check COGNITO_CLIENT_ID, COGNITO_REGION and \
             COGNITO_USER_POOL_ID."
        }
        "RefreshTokenReuseException" => {
            "This refresh token was used before and replaced since: sign in again."
        }
        "PasswordResetRequiredException" => {
            "Ask for a code with \"forgot password\" and choose a new password."
        }
        "UserNotConfirmedException" => "Confirm the sign-up with the code that was sent to you.",
        "CodeMismatchException" | "EnableSoftwareTokenMFAException" => {
            "Check the code and answer again: the sign-in still waits."
        }
        "ExpiredCodeException" => "Ask for a new code.",
        "LimitExceededException" | "TooManyFailedAttemptsException" => {
            "Too many attempts for this user: wait some minutes before the next one."
        }
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => {
            "Choose a password that the pool's policy accepts."
        }
        "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => {
            "A Lambda function of the pool refused or failed: its owner can tell why."
        }
        "ForbiddenException" => "A firewall in front of the pool (AWS WAF) refused the request.",
        _ if error.retryable() => "The service failed: try again in a while.",
        _ => return None,
    })
}

const FLOW_NOT_ENABLED: &str = "The app client does not allow this flow. Its owner can add ALLOW_USER_SRP_AUTH (flow \"srp\") or \
     ALLOW_USER_PASSWORD_AUTH (flow \"password\") to the client's ExplicitAuthFlows; or choose the other flow. \
     SRP needs user_pool_id (COGNITO_USER_POOL_ID).";

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
