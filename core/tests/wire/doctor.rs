//! The doctor's requests to the service, and its findings.

use std::time::{Duration, UNIX_EPOCH};

use cognitoken::{
    Check, CheckState, ClientValues, Cognito, Environment, Flow, SessionRequest, SignInRequest,
};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, POOL, REFRESH_TOKEN, challenge, client, cognito_at, refusal,
    with_secret, wrong_password,
};
use super::service::{Reply, Service};
use super::tls::self_signed;

/// The time of the service's answers, in seconds since 1970.
const NOW: u64 = 1_700_000_000;

const FLOWS: [&str; 5] =
    ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", "REFRESH_TOKEN_AUTH"];

pub(crate) fn of(sign_in: SignInRequest) -> SessionRequest {
    SessionRequest { sign_in, ..SessionRequest::new(Environment::empty()) }
}

/// A session of Ada's at this service, with everything that a real one has.
fn request(service: &Service) -> SessionRequest {
    let sign_in = super::cognito::request(service);
    SessionRequest { refresh_token: Some(REFRESH_TOKEN.into()), ..of(sign_in) }
}

pub(crate) fn named<'c>(checks: &'c [Check], name: &str) -> &'c Check {
    let found: Vec<&Check> = checks.iter().filter(|check| check.name == name).collect();
    assert_eq!(found.len(), 1, "{name} in {checks:#?}");
    found[0]
}

fn has(checks: &[Check], name: &str) -> bool {
    checks.iter().any(|check| check.name == name)
}

pub(crate) fn fix(check: &Check) -> &str {
    check.fix.as_deref().unwrap_or_else(|| panic!("{check:?} names no way out"))
}

/// The answer to the question whether anybody is there: what Cognito says to a GET.
fn greeting() -> Reply {
    Reply::text(400, "text/html", "").with_header("date", &httpdate(NOW))
}

fn httpdate(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

fn closed(flow: &str) -> Reply {
    refusal("InvalidParameterException", &format!("{flow} flow not enabled for this client"))
}

/// A service that refuses these flows and knows nobody.
async fn that_closes(flows: &[&str]) -> Service {
    let answers = FLOWS.map(|flow| match flow {
        _ if flows.contains(&flow) => closed(flow),
        "USER_SRP_AUTH" => challenge("PASSWORD_VERIFIER", &json!({"SRP_B": "0a"})),
        "USER_AUTH" => challenge("SELECT_CHALLENGE", &json!({})),
        "REFRESH_TOKEN_AUTH" => refusal("NotAuthorizedException", "Invalid Refresh Token"),
        _ => wrong_password(),
    });
    Service::that_says([greeting()].into_iter().chain(answers)).await
}

#[tokio::test]
async fn every_flow_is_asked_for_with_a_name_and_a_secret_of_nobody_s() {
    let mut names = Vec::new();
    for _ in 0..2 {
        let service = that_closes(&[]).await;
        cognito_at(NOW).doctor(&request(&service), true).await;
        let asked: Vec<_> = service.calls().into_iter().skip(1).collect();
        let flows: Vec<_> = asked.iter().map(|call| call.body()["AuthFlow"].clone()).collect();
        assert_eq!(flows, FLOWS);
        for call in asked {
            for mine in [ALIAS, PASSWORD, REFRESH_TOKEN] {
                assert!(!call.text.contains(mine), "{}", call.text);
            }
            names.push(call.parameter("USERNAME").as_str().unwrap().to_owned());
        }
    }
    assert!(names.iter().all(|name| name.len() > 20));
    let asked = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), asked, "no name is used twice");
}

#[tokio::test]
async fn the_flow_that_is_taken_is_told_and_whether_it_is_allowed() {
    let with_pool = |service: &Service| {
        let client = ClientValues { user_pool_id: Some(POOL.into()), ..client(service) };
        SignInRequest { client, ..super::cognito::request(service) }
    };
    for (flow, pool_is_known, taken) in [
        (Flow::Auto, false, "USER_PASSWORD_AUTH"),
        (Flow::Auto, true, "USER_SRP_AUTH"),
        (Flow::Password, true, "USER_PASSWORD_AUTH"),
        (Flow::Custom, true, "CUSTOM_AUTH"),
        (Flow::UserAuth, true, "USER_AUTH"),
    ] {
        for allowed in [true, false] {
            let service = that_closes(if allowed { &[] } else { &FLOWS }).await;
            let sign_in = if pool_is_known { with_pool(&service) } else { super::cognito::request(&service) };
            let checks = cognito_at(NOW).doctor(&of(SignInRequest { flow, ..sign_in }), true).await;
            for other in FLOWS {
                let check = named(&checks, other);
                let expected = match (allowed, other == taken) {
                    (true, _) => CheckState::Good,
                    (false, true) => CheckState::Bad,
                    (false, false) => CheckState::Note,
                };
                assert_eq!(check.state, expected, "{check:?}");
                assert_eq!(check.finding.contains("this flow is used"), other == taken, "{check:?}");
            }
            if !allowed {
                assert!(fix(named(&checks, taken)).contains(&format!("ALLOW_{taken}")));
            }
        }
    }
}

#[tokio::test]
async fn a_way_out_that_needs_no_owner_is_named() {
    let service = that_closes(&["USER_PASSWORD_AUTH"]).await;
    let checks = cognito_at(NOW).doctor(&request(&service), true).await;
    let way_out = fix(named(&checks, "USER_PASSWORD_AUTH"));
    assert!(way_out.contains("set COGNITO_USER_POOL_ID"), "{way_out}");

    let service = that_closes(&["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH"]).await;
    let checks = cognito_at(NOW).doctor(&request(&service), true).await;
    let way_out = fix(named(&checks, "USER_PASSWORD_AUTH"));
    assert!(way_out.contains("it allows USER_AUTH.") && !way_out.contains("POOL_ID"), "{way_out}");
}

#[tokio::test]
async fn a_flow_that_does_not_begin_is_told_in_the_service_s_words() {
    let why = "Custom auth lambda trigger is not configured for the user pool.";
    for (flow, state) in [(Flow::Custom, CheckState::Bad), (Flow::Password, CheckState::Note)] {
        let answers = FLOWS.map(|flow| match flow {
            "CUSTOM_AUTH" => refusal("InvalidParameterException", why),
            _ => wrong_password(),
        });
        let service = Service::that_says([greeting()].into_iter().chain(answers)).await;
        let sign_in = SignInRequest { flow, ..super::cognito::request(&service) };
        let checks = cognito_at(NOW).doctor(&of(sign_in), true).await;
        let check = named(&checks, "CUSTOM_AUTH");
        assert!(check.state == state && check.finding.contains(why), "{check:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_client_is_told_once_with_its_hint() {
    let secret = "Unable to verify secret hash for client 1example23456789";
    for (answer, code, hint) in [
        (
            refusal("ResourceNotFoundException", "No such client."),
            "ResourceNotFoundException",
            "COGNITO_CLIENT_ID",
        ),
        (refusal("NotAuthorizedException", secret), "NotAuthorizedException", "COGNITO_CLIENT_SECRET"),
    ] {
        let service = Service::that_says([greeting(), answer]).await;
        let checks = cognito_at(NOW).doctor(&of(with_secret(super::cognito::request(&service))), true).await;
        let bad: Vec<_> = checks.iter().filter(|check| check.state == CheckState::Bad).collect();
        assert_eq!(bad.len(), 1, "{bad:#?}");
        assert_eq!((bad[0].group, bad[0].name.as_str()), ("service", "app client"));
        assert!(bad[0].finding.contains(code) && fix(bad[0]).contains(hint), "{bad:?}");
        assert!(!format!("{checks:?}").contains(CLIENT_SECRET));
        assert!(!has(&checks, "USER_SRP_AUTH") && service.calls().len() == 2);
    }
}

#[tokio::test]
async fn the_clock_is_compared_with_the_service_s() {
    for (ours, state, told) in [
        (NOW, CheckState::Good, "agrees"),
        (NOW + 2, CheckState::Good, "agrees"),
        (NOW - 93, CheckState::Note, "93 s behind"),
        (NOW + 93, CheckState::Note, "93 s ahead of"),
        (NOW + 300, CheckState::Note, "300 s ahead of"),
        (NOW - 301, CheckState::Bad, "301 s behind"),
        (NOW + 86_400, CheckState::Bad, "86400 s ahead of"),
    ] {
        let service = that_closes(&[]).await;
        let checks = cognito_at(ours).doctor(&request(&service), true).await;
        let clock = named(&checks, "clock");
        assert!(clock.state == state && clock.finding.contains(told), "{clock:?}");
        assert_eq!(clock.fix.is_some(), state != CheckState::Good);
    }
    let silent = Service::that_says([Reply::text(400, "text/html", ""), wrong_password()]).await;
    let checks = cognito_at(NOW).doctor(&request(&silent), true).await;
    assert_eq!(named(&checks, "clock").state, CheckState::Note);
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_told_with_the_transport_s_own_hint() {
    let (service, _certified) = self_signed("localhost", []).await;
    let nowhere = "http://127.0.0.1:1".to_owned();
    let untrusted = format!("https://localhost:{}", service.port());
    for (endpoint, code, hint) in
        [(nowhere, "ConnectionFailed", "Check the network"), (untrusted, "TlsFailed", "SSL_CERT_FILE")]
    {
        let client = ClientValues {
            endpoint: Some(endpoint),
            timeout: Some(Duration::from_secs(10)),
            ..client(&service)
        };
        let sign_in = SignInRequest { client, ..super::cognito::request(&service) };
        let checks = Cognito::new().doctor(&of(sign_in), true).await;
        let reach = named(&checks, "reach");
        assert!(reach.state == CheckState::Bad && reach.finding.contains(code), "{reach:?}");
        assert!(fix(reach).contains(hint), "{reach:?}");
        assert!(has(&checks, "stored"), "the rest is looked at all the same");
    }
}

#[tokio::test]
async fn no_answer_whatever_makes_it_fail() {
    let endless = 64 * 1024 * 1024;
    for answer in [
        Reply::Reset,
        Reply::Raw(b"garbage\r\n\r\n".to_vec()),
        Reply::Endless(endless),
        Reply::text(503, "text/html", "<h1>oops</h1>").with_header("retry-after", "3600"),
        Reply::json(200, &json!([])),
    ] {
        let service = Service::that_says([greeting(), answer]).await;
        let client = ClientValues { timeout: Some(Duration::from_secs(2)), ..client(&service) };
        let sign_in = SignInRequest { client, ..super::cognito::request(&service) };
        let checks = cognito_at(NOW).doctor(&of(sign_in), true).await;
        assert_eq!(named(&checks, "reach").state, CheckState::Good);
        assert!(checks.iter().any(|check| check.group == "service" && check.state == CheckState::Bad));
        assert!(has(&checks, "stored"));
    }
}

#[tokio::test]
async fn offline_nobody_is_asked() {
    let service = Service::unasked().await;
    let checks = Cognito::new().doctor(&request(&service), false).await;
    assert_eq!(service.connections(), 0);
    assert!(has(&checks, "app client") && has(&checks, "stored") && !has(&checks, "reach"));
}

#[tokio::test]
async fn discovery_is_told_whether_it_finds_the_client_or_not() {
    let found = |region: &str| {
        Reply::json(
            200,
            &json!({"idp": {"Auth": {"Cognito":
                {"region": region, "userPoolId": POOL, "userPoolClientId": CLIENT}}}}),
        )
    };
    let checks_of = async |service: &Service| {
        let variables = [
            ("APLOS_API_URL", service.endpoint()),
            ("COGNITO_ENDPOINT", service.endpoint()),
            ("COGNITO_USER_NAME", ALIAS.to_owned()),
        ];
        let environment = Environment::from_pairs(variables, "").unwrap();
        cognito_at(NOW).doctor(&SessionRequest::new(environment), true).await
    };
    let answers = FLOWS.map(|_| wrong_password());
    let service = Service::that_says([found("us-east-1"), greeting()].into_iter().chain(answers)).await;
    let checks = checks_of(&service).await;
    let told = &named(&checks, "discovery").finding;
    assert!(told.contains(CLIENT) && told.contains(POOL), "{told}");
    assert!(
        named(&checks, "USER_SRP_AUTH").finding.contains("this flow is used"),
        "the pool is known by now"
    );

    for (answers, code) in [
        (vec![found("nowhere")], "InvalidRegion"),
        (vec![Reply::json(200, &json!({})), Reply::json(200, &json!({}))], "DiscoveryFailed"),
    ] {
        let checks = checks_of(&Service::that_says(answers).await).await;
        let check = named(&checks, "discovery");
        assert!(check.state == CheckState::Bad && check.finding.contains(code), "{check:?}");
        assert!(check.fix.is_some());
    }
}
