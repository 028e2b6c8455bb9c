use std::fs;
use std::path::Path;

use super::table::ROWS;
use super::{Form, Refusal, RequestKind, judge};
use crate::error::{ErrorKind, Repeat, Subject, Verdict};

/// `<operation>: <code> <code> ...`, from the errors that AWS's service model lists for the operations that are called.
const MODEL: &str = include_str!("../../tests/cognito_idp_errors.txt");

fn judged(request_kind: RequestKind, code: &str, message: &str) -> Verdict {
    judge(&Refusal {
        request_kind,
        status: 400,
        waf_action: None,
        code: Some(code),
        message,
        form: Form::default(),
    })
}

fn kinds_of(operation: &str) -> Vec<RequestKind> {
    use RequestKind::*;
    match operation {
        "InitiateAuth" => vec![PasswordSignIn, SrpSignIn, CustomSignIn, ChoiceSignIn, RefreshTokenAuth],
        "RespondToAuthChallenge" => vec![PasswordAnswer, PasswordProof, DeviceProof, CustomAnswer, Answer],
        "GetTokensFromRefreshToken" => vec![GetTokensFromRefreshToken],
        "AssociateSoftwareToken" => vec![AssociateSoftwareToken],
        "VerifySoftwareToken" => vec![VerifySoftwareToken],
        "ConfirmDevice" => vec![ConfirmDevice],
        "UpdateDeviceStatus" => vec![UpdateDeviceStatus],
        "ForgotPassword" => vec![ForgotPassword],
        "ConfirmForgotPassword" => vec![ConfirmForgotPassword],
        "ResendConfirmationCode" => vec![ResendConfirmationCode],
        "ConfirmSignUp" => vec![ConfirmSignUp],
        "RevokeToken" => vec![RevokeToken],
        "ChangePassword" => vec![ChangePassword],
        "GlobalSignOut" => vec![GlobalSignOut],
        "GetId" => vec![GetId],
        "GetCredentialsForIdentity" => vec![GetCredentialsForIdentity],
        _ => panic!("{operation} is not called"),
    }
}

/// Every row is reached: by its own names and words no row above it decides.
#[test]
fn no_row_of_the_table_is_hidden_by_one_above_it() {
    for (index, row) in ROWS.iter().enumerate() {
        let first_of = |words: &&'static str| words.split('|').next().unwrap_or_default();
        let words = row.words.iter().map(first_of).collect::<Vec<_>>().join(" ");
        let words = if row.words.is_empty() { "other words" } else { &words };
        let (request_kinds, codes) = (row.request_kinds, row.codes);
        let request_kinds =
            if request_kinds.is_empty() { &[RequestKind::ConfirmForgotPassword][..] } else { request_kinds };
        let codes = if codes.is_empty() { &["invalid_request"][..] } else { codes };
        let reached = request_kinds.iter().any(|request_kind| {
            codes.iter().any(|code| {
                let first = ROWS.iter().position(|row| row.fits(*request_kind, code, words));
                assert!(first.is_some_and(|first| first <= index), "row {index}: {code} {words}");
                first == Some(index)
            })
        });
        assert!(reached, "row {index} is never reached: {codes:?} {words:?}");
    }
}

#[test]
fn the_table_is_of_one_piece() {
    for row in ROWS {
        let Verdict { kind, repeat, meaning, hint } = row.verdict;
        let name = format!("{:?} {:?}", row.codes, row.words);
        assert!(hint.is_none_or(|hint| hint.ends_with('.') && !hint.contains("  ")), "{name}");
        for word in row.words {
            assert_eq!(*word, word.to_lowercase(), "{name}");
        }
        if meaning.refresh_token_lost {
            assert_eq!((kind, repeat), (ErrorKind::Authentication, Repeat::Never), "{name}");
            let refreshes = [
                RequestKind::GetTokensFromRefreshToken,
                RequestKind::RefreshTokenAuth,
                RequestKind::DomainRefresh,
            ];
            assert!(row.request_kinds.iter().all(|request_kind| refreshes.contains(request_kind)), "{name}");
        }
        if repeat != Repeat::Never {
            assert!(matches!(kind, ErrorKind::Throttled | ErrorKind::Service), "{name}");
            assert!(hint.is_some(), "{name}");
        }
    }
}

#[test]
fn every_error_of_the_service_model_is_known_and_says_what_to_do() {
    // It says in its words alone what it is about.
    let depends_on_words = ["InvalidParameterException"];
    let mut pairs = 0;
    for line in MODEL.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (operation, codes) = line.split_once(": ").unwrap();
        for (request_kind, code) in kinds_of(operation)
            .into_iter()
            .flat_map(|request_kind| codes.split(' ').map(move |code| (request_kind, code)))
        {
            pairs += 1;
            let verdict = judged(request_kind, code, "The service's words.");
            assert!(
                ROWS.iter().any(|row| row.codes.contains(&code)),
                "{operation} may fail with {code}, which has no row"
            );
            assert_eq!(verdict.hint.is_none(), depends_on_words.contains(&code), "{request_kind:?} {code}");
            let lost = ["RefreshTokenReuseException", "UserNotFoundException"].contains(&code);
            let refreshes = [RequestKind::GetTokensFromRefreshToken, RequestKind::RefreshTokenAuth]
                .contains(&request_kind);
            assert_eq!(verdict.meaning.refresh_token_lost, lost && refreshes, "{request_kind:?} {code}");
        }
    }
    assert!(pairs > 200, "{pairs}");
}

#[test]
fn a_trigger_s_own_text_decides_nothing() {
    for text in
        ["the secret hash", "access token expired", "flow not enabled", "captcha", "device does not exist"]
    {
        let words = format!("PreAuthentication failed with error {text}.");
        for request_kind in
            [RequestKind::SrpSignIn, RequestKind::GetTokensFromRefreshToken, RequestKind::Answer]
        {
            let verdict = judged(request_kind, "UserLambdaValidationException", &words);
            assert_eq!((verdict.kind, verdict.meaning.subject), (ErrorKind::Authentication, Subject::Pool));
            assert!(verdict.hint.unwrap().contains("Lambda"), "{text}");
        }
    }
    let failed =
        judged(RequestKind::DomainRefresh, "invalid_grant", "PreTokenGeneration failed with error no.");
    assert!(!failed.meaning.refresh_token_lost);
}

#[test]
fn a_fault_is_repeated_and_a_refusal_is_not() {
    let with_status = |status, code| {
        let request_kind = RequestKind::SrpSignIn;
        judge(&Refusal { request_kind, status, waf_action: None, code, message: "", form: Form::default() })
    };
    for (status, code, repeat) in [
        (400, Some("TooManyRequestsException"), Repeat::Unread),
        (429, Some("SomethingElse"), Repeat::Unread),
        (429, None, Repeat::Unread),
        (429, Some("LimitExceededException"), Repeat::Never),
        (500, Some("LimitExceededException"), Repeat::Never),
        (400, Some("InternalErrorException"), Repeat::Later),
        (503, None, Repeat::Later),
        (500, Some("SomethingElse"), Repeat::Later),
        (400, Some("NotAuthorizedException"), Repeat::Never),
        (403, None, Repeat::Never),
    ] {
        assert_eq!(with_status(status, code).repeat, repeat, "{status} {code:?}");
    }
}

/// Names of errors are compared in the table and nowhere else; nobody searches a message that was shortened before.
#[test]
fn nobody_else_compares_codes_or_searches_messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut names: Vec<&str> = ROWS.iter().flat_map(|row| row.codes).copied().collect();
    names.retain(|name| name.ends_with("Exception") || name.contains('_'));
    let mut faults = Vec::new();
    for folder in ["core/src", "cli/src", "python/src", "r/src/rust/src"] {
        visit(&root.join(folder), &mut |path, text| {
            let is_ours = path
                .components()
                .any(|part| ["verdict", "tests"].iter().any(|name| part.as_os_str() == *name))
                || path.ends_with("src/verdict.rs")
                || path.file_name().is_some_and(|name| name == "tests.rs");
            let code = text.split("mod tests {").next().unwrap_or_default();
            for line in code.lines().filter(|line| !is_ours && !line.trim_start().starts_with("//")) {
                let compares = names.iter().any(|name| line.contains(&format!("\"{name}\"")))
                    || line.contains(".message().to_ascii")
                    || line.contains(".message().contains");
                if compares {
                    faults.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        });
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn visit(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    // The R package holds core alone.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            visit(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            see(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
