use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{AnswerRule, KINDS, UNKNOWN, find};
use crate::config::{ClientConfig, DEFAULT_TIMEOUT, FromDotEnv};
use crate::error::{Error, ErrorKind};
use crate::idp::challenge::Challenge;
use crate::idp::identity::SignInIdentity;
use crate::idp::{Answer, AnswerForm};
use crate::text::is_name;

/// The challenges that AWS documents, and the name of the answer to each. ADMIN_NO_SRP_AUTH is not among them: it answers
/// AdminInitiateAuth alone, which takes AWS credentials.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
const DOCUMENTED: &[(&str, &str)] = &[
    ("CUSTOM_CHALLENGE", "ANSWER"),
    ("DEVICE_PASSWORD_VERIFIER", "PASSWORD_CLAIM_SIGNATURE"),
    ("DEVICE_SRP_AUTH", "SRP_A"),
    ("EMAIL_OTP", "EMAIL_OTP_CODE"),
    // Its field goes out where an e-mail address is given; an app takes other operations.
    ("MFA_SETUP", "EMAIL"),
    ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD"),
    ("PASSWORD", "PASSWORD"),
    ("PASSWORD_SRP", "SRP_A"),
    ("PASSWORD_VERIFIER", "PASSWORD_CLAIM_SIGNATURE"),
    ("SELECT_CHALLENGE", "ANSWER"),
    ("SELECT_MFA_TYPE", "ANSWER"),
    ("SMS_MFA", "SMS_MFA_CODE"),
    ("SMS_OTP", "SMS_OTP_CODE"),
    ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
    ("WEB_AUTHN", "CREDENTIAL"),
];

fn identity() -> SignInIdentity {
    SignInIdentity {
        username: "ada".to_owned(),
        typed_username: "ada".to_owned(),
        password: None,
        sends_password: false,
        may_send_password: true,
        totp_secret: None,
        remember_device: false,
        device: None,
        parameters: std::sync::Arc::default(),
        client_metadata: std::sync::Arc::default(),
        secrets_from_dotenv: false,
        rounds: 0,
    }
}

fn challenge(name: &str) -> Challenge {
    let config = ClientConfig {
        client_id: "client".to_owned(),
        client_secret: None,
        user_pool_id: None,
        endpoint: "https://cognito-idp.us-east-1.amazonaws.com/".parse().unwrap(),
        timeout: DEFAULT_TIMEOUT,
        profile: None,
        from_dotenv: FromDotEnv::default(),
    };
    Challenge::new(name.to_owned(), BTreeMap::new(), None, None, identity(), Arc::new(config))
}

#[test]
fn every_documented_challenge_has_one_row() {
    for (name, field) in DOCUMENTED {
        let fields: Vec<&str> =
            KINDS.iter().filter(|kind| kind.name == *name).map(|kind| kind.field).collect();
        assert_eq!(fields, [*field], "{name}");
    }
}

#[test]
fn every_challenge_has_a_question_a_hint_and_an_answer() {
    for kind in KINDS {
        let name = kind.name;
        assert!(is_name(name) && !kind.field.is_empty(), "{name}");
        assert_eq!(KINDS.iter().filter(|other| other.name == name).count(), 1, "{name}");
        assert_eq!(find(name).field, kind.field);

        let challenge = challenge(name);
        assert!(!challenge.question().is_empty(), "{name}");
        let error = Error::from(challenge.clone());
        assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, name));
        assert!(error.hint().unwrap().ends_with('.'), "{name}");
        let is_field = challenge.answer_field() == Some(kind.field);
        assert_eq!(is_field, kind.rule.is_sent_as_typed(), "{name}");
        if is_field {
            let typed = Answer::text("1234");
            let sent = typed.prepare(&challenge, &mut identity()).unwrap().responses;
            let sent: Vec<(&str, &str)> =
                sent.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
            assert_eq!(sent, [(kind.field, "1234")], "{name}");
        }
        if kind.rule == AnswerRule::LibraryProof {
            assert_eq!(challenge.answer_form(), AnswerForm::Fields, "{name}");
        }
    }
}

#[test]
fn an_unknown_challenge_passes_through_and_takes_a_map() {
    let challenge = challenge("BRAND_NEW");
    assert_eq!(find("BRAND_NEW").hint, UNKNOWN.hint);
    assert_eq!((challenge.name(), challenge.question().as_str()), ("BRAND_NEW", "BRAND_NEW"));
    assert_eq!((challenge.answer_form(), challenge.answer_field()), (AnswerForm::Fields, None));

    let refused = Answer::text("42").prepare(&challenge, &mut identity()).err().unwrap();
    assert_eq!(refused.code(), "InvalidAnswer");
    let answers = BTreeMap::from([("BRAND_NEW_ANSWER".to_owned(), "42".to_owned().into())]);
    let raw = Answer { answers: answers.clone(), ..Answer::default() };
    assert_eq!(raw.prepare(&challenge, &mut identity()).unwrap().responses, answers);
}

/// The command and the packages ask for the form of an answer, so that a new challenge is one row here.
#[test]
fn no_caller_compares_names_of_challenges() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut faults = Vec::new();
    for folder in ["cli/src", "python/src", "python/cognitoken", "r/R", "r/src/rust/src"] {
        visit(&root.join(folder), &mut |path, text| {
            for line in text.lines().filter(|line| !line.trim_start().starts_with(['/', '#'])) {
                // Documentation puts a name between backticks.
                let names = KINDS.iter().map(|kind| format!("\"{}\"", kind.name));
                let is_named = |name: &String| line.contains(name) && !line.contains(&format!("`{name}"));
                if names.into_iter().any(|name| is_named(&name)) {
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
        } else if path
            .extension()
            .is_some_and(|extension| ["rs", "py", "R"].iter().any(|ours| extension == *ours))
        {
            see(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
