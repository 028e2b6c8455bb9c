//! Strangers at the listener while it waits for the browser, none of whom ends the wait.

use cognitoken::{Error, ErrorKind, Tokens};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::domain::{Attempt, Link, assert_closed, say, sso_request, start, visit};
use super::service::{Reply, Service};

/// A listener that waits.
struct Waiting {
    service: Service,
    outcome: JoinHandle<Result<Tokens, Error>>,
    link: Link,
    port: u16,
}

impl Waiting {
    async fn new() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        let service = Service::that_says([Reply::by(move |_| receiver.recv().unwrap())]).await;
        let Attempt { attempt, link, port } = start(sso_request(&service)).await;
        sender.send(link.tokens()).unwrap();
        Self { service, outcome: tokio::spawn(attempt.wait()), link, port }
    }

    /// The right browser comes after all.
    async fn ends_well(self) {
        assert!(self.service.calls().is_empty());
        let page = visit(self.port, &format!("/?{}", self.link.query())).await;
        assert!(page.contains("You are signed in."), "{page}");
        self.outcome.await.unwrap().unwrap();
        assert_eq!(self.service.calls().len(), 1);
        assert_closed(self.port).await;
    }

    fn right(&self) -> String {
        format!("/?{}", self.link.query())
    }
}

#[tokio::test]
async fn another_s_redirect_is_turned_away() {
    let waiting = Waiting::new().await;
    let state = waiting.link.get("state").to_owned();
    for query in [
        "",
        "?",
        "?code=c",
        "?code=c&state=",
        "?code=c&state=wrong",
        &format!("?code=c&state={}", &state[..42]),
        &format!("?code=c&state={state}x"),
        &format!("?code=c&state=wrong&state={state}"),
        &format!("?state={state}"),
        &format!("?code=c&code=d&state={state}"),
        "?error=access_denied",
        "?error=access_denied&error_description=%3Cscript%3E&state=wrong",
    ] {
        let page = visit(waiting.port, &format!("/{query}")).await;
        assert!(page.starts_with("HTTP/1.1 400 "), "{query}: {page}");
        assert!(page.contains("This is not the sign-in that is waited for."), "{page}");
        assert!(!page.contains("script") && !page.contains(&state), "{page}");
    }
    waiting.ends_well().await;
}

#[tokio::test]
async fn an_error_without_a_state_is_named_and_ends_nothing() {
    let waiting = Waiting::new().await;
    let page = visit(waiting.port, "/?error=invalid_scope").await;
    assert!(page.contains("invalid_scope"), "{page}");
    let made_up = visit(waiting.port, "/?error=call_555_0100").await;
    assert!(!made_up.contains("555"), "{made_up}");
    waiting.ends_well().await;
}

#[tokio::test]
async fn other_paths_methods_and_hosts_are_turned_away() {
    let waiting = Waiting::new().await;
    let (port, right) = (waiting.port, waiting.right());
    let host = format!("localhost:{port}");
    let query = right.split_once('?').unwrap().1.to_owned();
    for (request, status) in [
        (format!("GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET /other?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET //?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("POST {right} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"), 405),
        (format!("HEAD {right} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 405),
        (format!("OPTIONS {right} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 405),
        (format!("GET {right} HTTP/1.1\r\nHost: rebound.example.com:{port}\r\n\r\n"), 400),
        (format!("GET {right} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), 400),
        (format!("GET {right} HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400),
        (format!("GET {right} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"), 400),
        (format!("GET {right} HTTP/1.1\r\n\r\n"), 400),
        (format!("GET {right} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\n\r\n"), 400),
        (format!("GET http://{host}{right} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n".to_owned(), 400),
    ] {
        let answer = say(port, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert!(!answer.contains("Access-Control-"), "{answer}");
    }
    waiting.ends_well().await;
}

#[tokio::test]
async fn a_browser_that_names_the_sign_in_page_s_origin_or_none_is_the_right_one() {
    for origin in ["null".to_owned(), String::new()] {
        let waiting = Waiting::new().await;
        let origin = if origin.is_empty() { waiting.service.endpoint() } else { origin };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: LOCALHOST:{}\r\nOrigin: {origin}\r\n\r\n",
            waiting.right(),
            waiting.port
        );
        assert!(say(waiting.port, &request).await.contains("You are signed in."));
        waiting.outcome.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_request_without_end_is_refused_and_does_not_hang() {
    let waiting = Waiting::new().await;
    let port = waiting.port;
    let million = "x".repeat(1024 * 1024);
    let long_query = say(
        port,
        &format!("GET {}&more={million} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", waiting.right()),
    )
    .await;
    assert!(long_query.starts_with("HTTP/1.1 414 "), "{long_query}");
    let long_field = say(
        port,
        &format!("GET {} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {million}\r\n\r\n", waiting.right()),
    )
    .await;
    assert!(long_field.starts_with("HTTP/1.1 431 "), "{long_field}");
    let fields = "X: y\r\n".repeat(200);
    let many_fields =
        say(port, &format!("GET {} HTTP/1.1\r\nHost: localhost:{port}\r\n{fields}\r\n", waiting.right()))
            .await;
    assert!(many_fields.starts_with("HTTP/1.1 431 "), "{many_fields}");
    waiting.ends_well().await;
}

#[tokio::test]
async fn a_client_that_was_refused_may_finish_what_it_is_saying() {
    let waiting = Waiting::new().await;
    let mut stream = TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap();
    stream.write_all(format!("GET /?{}", "x".repeat(16 * 1024)).as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 414");
    // Cut off here, a browser would show a broken connection in the place of the page.
    for _ in 0..64 {
        stream.write_all(&[b'x'; 16 * 1024]).await.unwrap();
        tokio::task::yield_now().await;
    }
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    waiting.ends_well().await;
}

#[tokio::test]
async fn connections_that_say_nothing_are_in_nobody_s_way() {
    let waiting = Waiting::new().await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap());
    }
    let mut half = TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.unwrap();
    drop(TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap());
    waiting.ends_well().await;
    let mut rest = Vec::new();
    // Closed or reset, with nothing said.
    let _ = half.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_request_may_come_in_pieces() {
    let waiting = Waiting::new().await;
    let mut stream = TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", waiting.right(), waiting.port);
    for piece in request.as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    assert!(page.contains("You are signed in."), "{page}");
    waiting.outcome.await.unwrap().unwrap();
}

#[tokio::test]
async fn of_two_good_redirects_one_is_taken() {
    let waiting = Waiting::new().await;
    let target = waiting.right();
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", waiting.port);
    // Both are connected before either speaks: the port closes with the first that is heard.
    let connect = async || TcpStream::connect(("127.0.0.1", waiting.port)).await.unwrap();
    let both = [connect().await, connect().await];
    let visits = both.map(|mut stream| {
        let request = request.clone();
        tokio::spawn(async move {
            let mut page = String::new();
            let _ = stream.write_all(request.as_bytes()).await;
            let _ = stream.read_to_string(&mut page).await;
            page
        })
    });
    waiting.outcome.await.unwrap().unwrap();
    assert_eq!(waiting.service.calls().len(), 1);
    let mut shown = 0;
    for visit in visits {
        shown += usize::from(visit.await.unwrap().contains("You are signed in."));
    }
    assert_eq!(shown, 1);
    assert_closed(waiting.port).await;
}

#[tokio::test]
async fn a_person_who_declines_ends_the_wait() {
    let service = Service::unasked().await;
    for (query, kind, code, message) in [
        (
            "error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E",
            ErrorKind::Authentication,
            "access_denied",
            "<b>no</b>",
        ),
        (
            "error=invalid_request&error_description=invalid_scope",
            ErrorKind::Service,
            "invalid_request",
            "invalid_scope",
        ),
        ("error=unauthorized_client", ErrorKind::Service, "unauthorized_client", "127.0.0.1"),
        ("error=something_new", ErrorKind::Service, "something_new", "something_new"),
    ] {
        let Attempt { attempt, link, port } = start(sso_request(&service)).await;
        let waiting = tokio::spawn(attempt.wait());
        let page = visit(port, &format!("/?{query}&state={}", link.get("state"))).await;
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code));
        assert!(error.message().contains(message), "{error}");
        assert!(page.contains("Signing in failed.") && !page.contains("<b>"), "{page}");
        assert_closed(port).await;
    }
    assert!(service.calls().is_empty());
}
