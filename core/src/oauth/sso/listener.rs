//! Waiting on loopback for the browser to come back.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::connection::{Browser, Expectation, receive};
use super::connections::Connections;
use super::loopback::LoopbackPort;
use super::redirect::Redirect;
use crate::error::{Error, ErrorKind, Result};

/// The pause after the system could not accept a connection, for example because no file descriptor was left.
const PAUSE: Duration = Duration::from_millis(50);

/// Waits for the expected redirect. Every other request is answered, and the wait goes on. The redirect closes the port
/// and all other connections.
pub(super) async fn wait_for_redirect(
    port: LoopbackPort,
    expectation: Expectation,
) -> Result<(Redirect, Browser)> {
    let mut sockets = port.into_tokio().map_err(|fault| {
        let message = format!("the listener for the browser's return failed: {fault}");
        Error::new(ErrorKind::Network, "ListenerFailed", message).with_hint("Try again.")
    })?;
    let expectation = Arc::new(expectation);
    let (mut unheard, mut answered) = (Connections::new(), Connections::new());
    loop {
        tokio::select! {
            accepted = accept(&sockets) => match accepted {
                Ok(stream) => {
                    let expectation = Arc::clone(&expectation);
                    unheard.add(async move { receive(stream, &expectation).await });
                    // The other socket is asked first next time: a flood at one does not shut the other.
                    sockets.rotate_left(1);
                }
                // The client is gone again.
                Err(fault) if fault.kind() == io::ErrorKind::ConnectionAborted => {}
                // No file descriptor is left: the oldest connection gives up its own.
                Err(_) if unheard.close_oldest() || answered.close_oldest() => tokio::task::yield_now().await,
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(heard) = unheard.next_finished() => match heard.flatten() {
                Some((Ok(redirect), browser)) => return Ok((redirect, browser)),
                Some((Err(page), browser)) => answered.add(browser.turn_away(page)),
                None => {}
            },
            Some(_) = answered.next_finished() => {}
        }
    }
}

/// Accepts the next connection at any of the sockets.
async fn accept(sockets: &[TcpListener]) -> io::Result<TcpStream> {
    poll_fn(|context| {
        for socket in sockets {
            if let Poll::Ready(accepted) = socket.poll_accept(context) {
                return Poll::Ready(accepted.map(|(stream, _)| stream));
            }
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;
    use zeroize::Zeroizing;

    use super::super::connection::Limits;
    use super::super::connections::MOST_CONNECTIONS;
    use super::super::page::Page;
    use super::super::redirect::CsrfState;
    use super::super::redirect_uri::LoopbackAddress;
    use super::*;

    /// A listener with little patience, which shows the good page at once.
    fn listen(limits: Limits) -> (u16, JoinHandle<String>) {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let bound = socket.local_addr().unwrap();
        let expectation = Expectation {
            address: LoopbackAddress {
                sockets: vec![bound],
                authority: format!("localhost:{}", bound.port()),
                path: "/".to_owned(),
            },
            state: CsrfState::new(Zeroizing::new("right".to_owned())),
            domain_host: "auth.example.com".to_owned(),
            domain_origin: "https://auth.example.com".to_owned(),
            limits,
        };
        let waiting = tokio::spawn(async move {
            let port = LoopbackPort::bound(socket);
            let (redirect, browser) = wait_for_redirect(port, expectation).await.unwrap();
            browser.show(Page::outcome(Ok(()))).await;
            redirect.unwrap().expose().to_owned()
        });
        (bound.port(), waiting)
    }

    async fn connect(port: u16, says: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(says.as_bytes()).await.unwrap();
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn come_back(port: u16) -> String {
        let request = format!("GET /?code=c&state=right HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        rest(connect(port, &request).await).await
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_waited_for_no_longer_than_said() {
        let limits = Limits { head_timeout: Duration::from_millis(30), ..Limits::default() };
        let (port, waiting) = listen(limits);
        for says in ["", "G", "GET / HTTP/1.1\r\nHost: localhost"] {
            // The end of the stream is the proof: nothing here closes it.
            assert_eq!(rest(connect(port, says).await).await, "");
        }
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
    }

    /// Nothing is ever given up for its time.
    const PATIENT: Limits = Limits {
        head_timeout: Duration::from_secs(24 * 60 * 60),
        close_timeout: Duration::from_secs(24 * 60 * 60),
    };

    #[tokio::test]
    async fn more_silent_connections_than_are_held_do_not_delay_the_browser() {
        let (port, waiting) = listen(PATIENT);
        let mut silent = VecDeque::new();
        for count in 0..2 * MOST_CONNECTIONS {
            silent.push_back(connect(port, if count % 2 == 0 { "" } else { "GET / HTTP/1.1\r\n" }).await);
        }
        // The oldest ones make room.
        for _ in 0..MOST_CONNECTIONS {
            assert_eq!(rest(silent.pop_front().unwrap()).await, "");
        }
        // The others are still heard, whenever they speak.
        let mut late = silent.pop_front().unwrap();
        late.write_all(b"GET /late HTTP/1.1\r\n\r\n").await.unwrap();
        late.shutdown().await.unwrap();
        assert!(rest(late).await.starts_with("HTTP/1.1 400 "));
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
    }

    #[tokio::test]
    async fn clients_that_do_not_go_after_their_answer_do_not_delay_the_browser() {
        let (port, waiting) = listen(PATIENT);
        let mut staying = Vec::new();
        for _ in 0..2 * MOST_CONNECTIONS {
            staying.push(connect(port, "GET /elsewhere HTTP/1.1\r\n\r\n").await);
        }
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
    }

    #[tokio::test]
    async fn a_client_that_never_reads_or_closes_holds_nothing_up() {
        let limits = Limits { close_timeout: Duration::from_millis(30), ..Limits::default() };
        let (port, waiting) = listen(limits);
        let refused = connect(port, "GET /elsewhere HTTP/1.1\r\n\r\n").await;
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
        drop(refused);
    }
}
