//! The address that the browser ended at, pasted: the way back from another machine.

use std::time::Duration;

use cognitoken::{Cognito, ErrorKind};

use super::domain::{Attempt, CODE, Link, assert_closed, form, sso_request, start, visit};
use super::service::{Reply, Service};

/// A domain that redeems one code.
async fn ready() -> (Service, Attempt) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let service = Service::that_says([Reply::by(move |_| receiver.recv().unwrap())]).await;
    let started = start(sso_request(&service)).await;
    sender.send(started.link.tokens()).unwrap();
    (service, started)
}

#[tokio::test]
async fn a_pasted_address_ends_the_wait_while_the_listener_waits_too() {
    for shape in ["http://localhost:8400/?{}", " '?{}' \n", "{}", "https://hub.example.com/proxy/8400/?{}#"] {
        let (service, Attempt { attempt, link, port }) = ready().await;
        let pasted = attempt.paste_handle();
        let waiting = tokio::spawn(attempt.wait());
        let address = shape.replace("{}", &link.query());
        std::thread::spawn(move || pasted.accept(&address)).join().unwrap().unwrap();
        waiting.await.unwrap().unwrap();
        assert_eq!(form(&service.calls()[0])["code"], CODE);
        assert_closed(port).await;
    }
}

#[tokio::test]
async fn a_wrong_address_can_be_followed_by_the_right_one() {
    let (service, Attempt { attempt, link, .. }) = ready().await;
    let (pasted, authorize_url) = (attempt.paste_handle(), attempt.authorize_url().to_string());
    let waiting = tokio::spawn(attempt.wait());
    for (address, code) in [
        ("", "IncompleteAddress"),
        ("http://localhost:8400/", "IncompleteAddress"),
        ("hunter2", "IncompleteAddress"),
        ("http://localhost:8400/?code=hunter2&state=another", "StateMismatch"),
        ("code=hunter2&state=", "StateMismatch"),
        (&authorize_url, "IncompleteAddress"),
        (&format!("?state={}", link.get("state")), "IncompleteAddress"),
        ("https://auth.example.com/error?error=redirect_mismatch&client_id=hunter2", "redirect_mismatch"),
    ] {
        let error = pasted.accept(address).unwrap_err();
        assert_eq!(error.code(), code, "{address}");
        assert!(error.hint().is_some());
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains(link.get("state")), "{shown}");
    }
    assert!(!waiting.is_finished() && service.calls().is_empty());
    pasted.accept(&link.query()).unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_redirect_that_was_not_registered_says_what_to_register() {
    let (_, Attempt { attempt, .. }) = ready().await;
    let error =
        attempt.paste_handle().accept("https://auth.example.com/error?error=redirect_mismatch").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.hint().unwrap().contains("CallbackURLs"), "{error:?}");
}

#[tokio::test]
async fn the_first_of_both_ways_wins() {
    let (service, Attempt { attempt, link, port }) = ready().await;
    let pasted = attempt.paste_handle();
    let waiting = tokio::spawn(attempt.wait());
    assert!(visit(port, &format!("/?{}", link.query())).await.contains("You are signed in."));
    waiting.await.unwrap().unwrap();
    let error = pasted.accept(&link.query()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "SignInOver"));
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn an_address_pasted_twice_is_redeemed_once() {
    let (service, Attempt { attempt, link, .. }) = ready().await;
    let pasted = attempt.paste_handle();
    pasted.accept(&link.query()).unwrap();
    assert_eq!(pasted.accept(&link.query()).unwrap_err().code(), "SignInOver");
    attempt.wait().await.unwrap();
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn what_the_page_refused_can_be_pasted_too() {
    let (_, Attempt { attempt, link, .. }) = ready().await;
    let query = format!("error=access_denied&error_description=no&state={}", link.get("state"));
    attempt.paste_handle().accept(&query).unwrap();
    let error = attempt.wait().await.unwrap_err();
    assert_eq!((error.code(), error.message()), ("access_denied", "no"));
}

#[tokio::test]
async fn an_attempt_that_was_given_up_takes_no_address() {
    let (_, Attempt { attempt, link, .. }) = ready().await;
    let pasted = attempt.paste_handle();
    drop(attempt);
    assert_eq!(pasted.accept(&link.query()).unwrap_err().code(), "SignInOver");
}

#[tokio::test]
async fn a_redirect_uri_elsewhere_leaves_pasting_alone() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let service = Service::that_says([Reply::by(move |_| receiver.recv().unwrap())]).await;
    let request = sso_request(&service).with_redirect_uri("https://app.example.com/callback");
    let attempt = Cognito::new().start_sso(request.clone()).await.unwrap();
    assert!(!attempt.listens());
    let link = Link::new(attempt.authorize_url());
    sender.send(link.tokens()).unwrap();
    attempt.paste_handle().accept(&format!("https://app.example.com/callback?{}", link.query())).unwrap();
    attempt.wait().await.unwrap();
    assert_eq!(form(&service.calls()[0])["redirect_uri"], "https://app.example.com/callback");

    let request = request.with_timeout(Duration::from_millis(20));
    let alone = Cognito::new().start_sso(request).await.unwrap();
    assert_eq!(alone.wait().await.unwrap_err().kind(), ErrorKind::RequestTimeout);
}
