//! The look of every object, compared to `tests/look/shown`: its text, its HTML and its line. The tests in `tests/look`
//! show the same HTML in a browser. `UPDATE_PICTURES=1` renews the files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{Check, CheckState, Profile, Value};
use cognitoken_surface::rows::{Role, html, in_a_line, lines, rows, table, text};
use cognitoken_surface::{Failure, NamedProfile, Object, Output};
use serde_json::json;

use crate::bag::Bag;
use crate::door::{Service, call};

const EXPIRY: u64 = 4_102_444_800;
const HOST: &str = "https://cognito-idp.us-east-1.amazonaws.com";
const SETUP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// 59 minutes and 10 seconds before the tokens expire.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(EXPIRY - 3550)
}

fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(&json!({"alg": "RS256", "kid": "k7Zq/+="})), part(claims))
}

fn claims() -> Value {
    json!({
        "sub": "0d5e4c3b-1f2a-4b6c-8d9e-0f1a2b3c4d5e", "email": "ada@example.com", "aud": "1example23456789",
        "cognito:username": "ada", "cognito:groups": ["admins", "analysts"], "token_use": "id",
        "iss": format!("{HOST}/us-east-1_AbCdEfGhI"), "exp": EXPIRY, "iat": EXPIRY - 3600,
        "custom:note": "a<b> & \"c\"", "custom:limits": {"rows": 10}, "long": "0123456789".repeat(8),
    })
}

fn tokens_answer() -> Value {
    json!({"AuthenticationResult": {
        "IdToken": jwt(&claims()), "AccessToken": jwt(&json!({"username": "ada", "token_use": "access"})),
        "RefreshToken": "sentinel-refresh", "ExpiresIn": 3600, "TokenType": "Bearer",
    }})
}

fn object(operation: &str, values: &Bag) -> Object {
    match call(operation, values).outcome {
        Ok(Output::Object(object)) => object,
        Err(Failure::Unanswered(challenge)) => Object::Challenge(Arc::new(challenge)),
        other => panic!("{operation}: {other:?}"),
    }
}

fn at(service: &Service) -> Bag {
    service
        .values()
        .with("client_id", "1example23456789")
        .with("password", "sentinel-password")
        .with("flow", "password")
}

/// The service's own address in place of the one of the test.
fn named(service: &Service, shown: String) -> String {
    shown.replace(service.server.uri().trim_start_matches("http://"), HOST)
}

fn challenge(name: &str, parameters: Value) -> (Service, Object) {
    let service = Service::start();
    let answer =
        json!({"ChallengeName": name, "Session": "sentinel-session", "ChallengeParameters": parameters});
    service.answer("InitiateAuth", json!({}), 200, answer);
    let setup = json!({"SecretCode": SETUP_SECRET, "Session": "sentinel-session-2"});
    service.answer("AssociateSoftwareToken", json!({}), 200, setup);
    let object = object("login", &at(&service));
    (service, object)
}

fn check(like: &Check, group: &'static str, name: &str, state: CheckState, finding: &str) -> Check {
    let mut check = like.clone();
    (check.group, check.name, check.state, check.finding) =
        (group, name.to_owned(), state, finding.to_owned());
    check.fix = (state == CheckState::Bad)
        .then(|| "Set COGNITO_CLIENT_ID, in the environment or in .env.".to_owned());
    check
}

fn report() -> Object {
    let Object::Report(checks) =
        object("doctor", &Bag::default().with("offline", true).with("store", "memory"))
    else {
        panic!("not a report");
    };
    let like = checks.first().unwrap();
    let absent = "COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_PASSWORD_FILE, COGNITO_CLIENT_SECRET";
    let folder = "file:/home/ada/.local/share/cognitoken/tokens; its lock works";
    Object::Report(Arc::new(vec![
        check(like, "values", "not set", CheckState::Good, absent),
        check(like, "values", "app client", CheckState::Bad, "no client id is given"),
        check(
            like,
            "values",
            "COGNITO_CLIENT_SECRET_FILE",
            CheckState::Good,
            "set; found in the environment",
        ),
        check(like, "network", "proxy", CheckState::Note, "http://proxy.example:3128/, by HTTPS_PROXY"),
        check(like, "store", "store", CheckState::Good, folder),
    ]))
}

/// Every object with its name and the words to replace in what it shows.
fn objects() -> Vec<(&'static str, Option<Service>, Object)> {
    let service = Service::start();
    service.answer("InitiateAuth", json!({}), 200, tokens_answer());
    let api = "AWSCognitoIdentityService";
    let identity = "us-east-1:0d5e4c3b-1f2a-4b6c-8d9e-0f1a2b3c4d5e";
    service.answer_of(api, "GetId", json!({}), 200, json!({"IdentityId": identity}));
    let keys = json!({"AccessKeyId": "ASIAEXAMPLE", "SecretKey": "sentinel-key", "SessionToken": "sentinel-token",
        "Expiration": EXPIRY});
    let issued = json!({"IdentityId": identity, "Credentials": keys});
    service.answer_of(api, "GetCredentialsForIdentity", json!({}), 200, issued);
    let details = json!({"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"});
    service.answer("ForgotPassword", json!({}), 200, json!({"CodeDeliveryDetails": details}));
    let tokens = object("login", &at(&service));
    let session = object("session", &at(&service).with("store", "memory"));
    let of_session = |operation: &str| {
        call(operation, &Bag::default().with_object("self", session.clone())).outcome.expect("a result")
    };
    let nobody = of_session("session.status");
    let idle = object("session", &at(&service).with("store", "memory"));
    of_session("session.tokens");
    let status = |status| match status {
        Output::Object(Object::SessionStatus(status)) => {
            let mut status = (*status).clone();
            let two_hours_ago = now() - Duration::from_secs(7200);
            status.refresh_token_issued_at = status.refresh_token_issued_at.map(|_| two_hours_ago);
            Object::SessionStatus(Arc::new(status))
        }
        other => panic!("{other:?}"),
    };
    let credentials = Bag::default()
        .with_object("session", session.clone())
        .with("identity_pool_id", "us-east-1:12345678-dcba-1234-abcd-1234567890ab")
        .with("identity_endpoint", service.server.uri());
    let profile = Profile::new()
        .with_client_id("1example23456789")
        .with_username("ada")
        .with_region("us-east-1")
        .with_user_pool_id("us-east-1_AbCdEfGhI");
    let delivery = object("forgot_password", &at(&service));
    let device = Bag::default()
        .with("key", "us-east-1_f0e1d2c3-b4a5-6789-0123-456789abcdef")
        .with("group_key", "-AbCdEfGh")
        .with("password", "sentinel-device");
    let verifier = Bag::default()
        .with("user_pool_id", json!(["us-east-1_AbCdEfGhI", "eu-west-1_JkLmNoPqR"]))
        .with("client_id", "1example23456789")
        .with("groups", json!(["admins", "analysts"]));
    let of_issuer = Bag::default()
        .with("issuer", "https://issuer.example/oauth")
        .with("jwks_url", "https://issuer.example/keys?sentinel=1")
        .with("client_id", "ANY")
        .with("token_use", "access")
        .with("scopes", "data/read")
        .with("leeway", 1.5);
    let code = json!({"CODE_DELIVERY_DESTINATION": "+*******1234", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"});
    let (sms_service, sms) = challenge("SMS_MFA", code);
    let (setup_service, setup) =
        challenge("MFA_SETUP", json!({"MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]"}));
    vec![
        ("tokens", None, tokens),
        ("session", None, session.clone()),
        ("session_before_its_first_call", None, idle),
        ("session_status", None, status(of_session("session.status"))),
        ("session_status_of_nobody", None, status(nobody)),
        ("challenge", Some(sms_service), sms),
        ("challenge_that_sets_an_app_up", Some(setup_service), setup),
        ("device", None, object("device", &device)),
        ("code_delivery", None, delivery),
        ("decoded_jwt", None, object("decode", &Bag::default().with("jwt", jwt(&claims())))),
        ("verifier", None, object("verifier", &verifier)),
        ("verifier_of_an_issuer", None, object("verifier", &of_issuer)),
        ("report", None, report()),
        ("aws_credentials", None, object("aws_credentials", &credentials)),
        (
            "profile",
            None,
            Object::Profile(Arc::new(NamedProfile { name: "work".to_owned(), is_chosen: true, profile })),
        ),
    ]
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/look/shown")
}

#[test]
fn every_object_looks_as_it_did() {
    let renewed = std::env::var_os("UPDATE_PICTURES").is_some();
    let mut others = Vec::new();
    for (name, service, object) in objects() {
        let named = |shown: String| match &service {
            Some(service) => named(service, shown),
            None => shown,
        };
        let shown = [
            ("txt", format!("{}\n{}\n", in_a_line(&object, now()), named(text(&object, now())))),
            ("html", named(html(&object, now())) + "\n"),
        ];
        for (extension, shown) in shown {
            assert!(!shown.contains("sentinel") && !shown.contains(SETUP_SECRET), "{name}: {shown}");
            let path = folder().join(format!("{name}.{extension}"));
            if renewed {
                std::fs::create_dir_all(folder()).unwrap();
                std::fs::write(&path, &shown).unwrap();
            } else if std::fs::read_to_string(&path).unwrap_or_default() != shown {
                others.push(format!("{}:\n{shown}", path.display()));
            }
        }
    }
    assert!(others.is_empty(), "UPDATE_PICTURES=1 renews these:\n{}", others.join("\n"));
}

#[test]
fn the_table_without_the_code_is_the_beginning_of_the_html() {
    for (name, _service, object) in objects() {
        let (html, table) = (html(&object, now()), table(&object, now()));
        assert!(html.starts_with(&table) && !table.contains("<svg"), "{name}");
        assert_eq!(html.contains("<svg"), name == "challenge_that_sets_an_app_up", "{name}");
    }
}

#[test]
fn text_and_html_have_the_same_labels_and_values_in_the_same_order() {
    for (name, _service, object) in objects() {
        let (text, html) = (text(&object, now()), html(&object, now()).replace("<wbr>", ""));
        let (mut in_text, mut in_html) = (&text[..], &html[..]);
        let escaped = |text: &str| cognitoken::binding::escape_html(text);
        for (label, value) in rows(&object, now()) {
            let value = ["good: ", "note: ", "bad: "]
                .iter()
                .find_map(|state| value.strip_prefix(state))
                .unwrap_or(&value);
            for part in [&*label, value] {
                in_text = in_text.split_once(part).unwrap_or_else(|| panic!("{name}: {part} in {text}")).1;
                in_html = in_html
                    .split_once(&*escaped(part))
                    .unwrap_or_else(|| panic!("{name}: {part} in {html}"))
                    .1;
            }
        }
    }
}

#[test]
fn no_word_is_split_and_no_line_is_longer_than_the_terminal_except_for_a_long_word() {
    for (name, _service, object) in objects() {
        let whole = text(&object, now());
        for width in [1, 7, 20, 33, 60, 80, 200] {
            let mut words = Vec::new();
            for line in lines(&object, now(), Some(width)) {
                let line: String = line.into_iter().map(|span| span.text).collect();
                let fits = line.chars().count() <= width;
                let own: Vec<&str> = line.split_whitespace().collect();
                // A label of several words stays whole, too.
                let is_label =
                    rows(&object, now()).iter().any(|(label, _)| line.trim_end().ends_with(&**label));
                assert!(fits || own.len() == 1 || is_label || width < 20, "{name} at {width}: {line:?}");
                words.extend(own.into_iter().map(str::to_owned));
            }
            assert_eq!(words, whole.split_whitespace().collect::<Vec<_>>(), "{name} at {width}");
        }
    }
}

#[test]
fn the_texts_stand_below_each_other_or_below_their_labels() {
    let device = Bag::default().with("key", "us-east-1_f0").with("group_key", "-g").with("password", "p");
    let device = object("device", &device);
    assert_eq!(text(&device, now()), "Device key  us-east-1_f0\nGroup key   -g");
    let narrow: Vec<String> = lines(&device, now(), Some(20))
        .into_iter()
        .map(|line| line.into_iter().map(|span| span.text).collect())
        .collect();
    assert_eq!(narrow, ["Device key", "  us-east-1_f0", "Group key   -g"]);
}

#[test]
fn a_label_and_a_state_are_told_from_the_text() {
    let lines = lines(&report(), now(), None);
    let roles: Vec<Role> = lines.iter().flatten().map(|span| span.role).collect();
    for role in [Role::Heading, Role::Label, Role::Text, Role::State(CheckState::Bad)] {
        assert!(roles.contains(&role), "{role:?} in {roles:?}");
    }
}
