//! AWS WAF in front of the pool: a block or a CAPTCHA, in whatever form it comes.

use cognitoken::{Cognito, Error, ErrorKind};
use serde_json::json;

use super::cognito::{refusal, request, tokens};
use super::domain::{client_credentials_request, client_token};
use super::outcome::sign_in;
use super::service::{Reply, Service};

/// Each way in which a firewall answers instead of the service, and the word that its error has to have.
fn answers() -> Vec<(Reply, &'static str)> {
    let mut answers = Vec::new();
    for (action, word) in
        [("captcha", "CAPTCHA"), ("challenge", "browser"), ("block", "blocked"), ("Captcha", "CAPTCHA")]
    {
        for status in [202, 403, 405] {
            let page = Reply::text(status, "text/html", "<html><script src=awswaf.com></script></html>");
            answers.push((page.with_header("x-amzn-waf-action", action), word));
            answers
                .push((Reply::text(status, "text/html", "").with_header("x-amzn-waf-action", action), word));
            let document = Reply::json(status, &json!({"message": "Forbidden"}));
            answers.push((document.with_header("x-amzn-waf-action", action), word));
        }
    }
    answers
}

fn assert_is_waf(error: &Error, word: &str) {
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "ForbiddenException"), "{error:?}");
    assert!(error.hint().unwrap().contains("AWS WAF") && error.hint().unwrap().contains(word), "{error:?}");
    assert!(error.message().contains("WAF"), "{error:?}");
    assert!(!error.retryable());
}

#[tokio::test]
async fn a_firewall_in_front_of_the_api_is_named() {
    for (answer, word) in answers() {
        let service = Service::that_says([answer, tokens()]).await;
        let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
        assert_is_waf(&error, word);
        assert_eq!(service.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_firewall_that_the_api_names_itself_is_told_in_its_words() {
    for (message, word) in [
        ("Request not allowed due to WAF block.", "blocked"),
        ("Request not allowed due to WAF captcha.", "CAPTCHA"),
    ] {
        let service = Service::that_says([refusal("ForbiddenException", message)]).await;
        let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
        assert_is_waf(&error, word);
        assert_eq!(error.message(), message);
    }
    let with_header =
        refusal("ForbiddenException", "WAF: Forbidden").with_header("x-amzn-waf-action", "captcha");
    let service = Service::that_says([with_header]).await;
    assert_is_waf(&sign_in(&Cognito::new(), request(&service)).await.unwrap_err(), "CAPTCHA");
}

#[tokio::test]
async fn a_firewall_in_front_of_the_domain_is_named() {
    for (answer, word) in answers() {
        let service = Service::that_says([answer, client_token("a")]).await;
        let error =
            Cognito::new().client_credentials(client_credentials_request(&service)).await.unwrap_err();
        assert_is_waf(&error, word);
        assert_eq!(service.calls().len(), 1);
    }
}

/// Nothing that only looks like it: a firewall is named where it says that it is one.
#[tokio::test]
async fn another_403_is_not_called_a_firewall() {
    let service = Service::that_says([Reply::text(403, "text/html", "<html>Forbidden</html>")]).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert_eq!(error.code(), "InvalidResponse");
    assert!(!error.hint().unwrap().contains("WAF"), "{error:?}");
}
