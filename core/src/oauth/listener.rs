//! Waiting on loopback for the browser to come back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::connection::{Gate, Visitor, receive};
use super::redirect::Redirect;
use super::redirect_uri::{Address, RedirectUri};
use crate::error::{Error, ErrorKind, Result};

/// More connections than a browser opens at once; the next ones wait until one of these is done with.
const MOST_CONNECTIONS: usize = 64;

/// How long to wait when the system has no connection to give (no file descriptor left, for one).
const PAUSE: Duration = Duration::from_millis(50);

/// A bound port. Dropping it closes the port.
pub(super) struct Listener {
    socket: std::net::TcpListener,
}

impl Listener {
    /// Binds the redirect URI's port on loopback.
    pub(super) fn bind(address: &Address, redirect_uri: &RedirectUri) -> Result<Self> {
        match std::net::TcpListener::bind(address.socket) {
            Ok(socket) => Ok(Self { socket }),
            Err(fault) => Err(cannot_listen(&fault, address, redirect_uri)),
        }
    }

    /// Waits for the redirect that the gate lets through; whatever else comes is answered and the wait goes on. One
    /// shot: with it the port is closed, and every other connection.
    pub(super) async fn redirect(self, gate: Gate) -> Result<(Redirect, Visitor)> {
        let listener = self.into_tokio().map_err(|fault| {
            let message = format!("the listener for the browser's return failed: {fault}");
            Error::new(ErrorKind::Network, "ListenerFailed", message).with_hint("Try again.")
        })?;
        let gate = Arc::new(gate);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                    Ok((stream, _)) => {
                        let gate = Arc::clone(&gate);
                        connections.spawn(async move { receive(stream, &gate).await });
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
                Some(visit) = connections.join_next() => {
                    if let Ok(Some(arrival)) = visit {
                        return Ok(arrival);
                    }
                }
            }
        }
    }

    fn into_tokio(self) -> io::Result<TcpListener> {
        self.socket.set_nonblocking(true)?;
        TcpListener::from_std(self.socket)
    }
}

fn cannot_listen(fault: &io::Error, address: &Address, redirect_uri: &RedirectUri) -> Error {
    let socket = address.socket;
    let (code, message) = match fault.kind() {
        io::ErrorKind::AddrInUse => {
            ("PortInUse", format!("another program listens on {socket}, where the browser is to come back"))
        }
        io::ErrorKind::PermissionDenied => (
            "PortNotAllowed",
            format!("this user may not listen on {socket}, where the browser is to come back"),
        ),
        _ => {
            ("PortUnusable", format!("{socket}, where the browser is to come back, cannot be used: {fault}"))
        }
    };
    Error::new(ErrorKind::Config, code, message).with_hint(format!(
        "End the program that uses the port of {}, or give another redirect URI that is registered among the app \
         client's CallbackURLs.",
        redirect_uri.as_str()
    ))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;
    use zeroize::Zeroizing;

    use super::super::connection::Limits;
    use super::super::page::Page;
    use super::super::redirect::State;
    use super::*;

    /// A listener with little patience, which shows the good page at once.
    fn listen(limits: Limits) -> (u16, JoinHandle<String>) {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let bound = socket.local_addr().unwrap();
        let gate = Gate {
            address: Address {
                socket: bound,
                authority: format!("localhost:{}", bound.port()),
                path: "/".to_owned(),
            },
            state: State::new(Zeroizing::new("right".to_owned())),
            domain_host: "auth.example.com".to_owned(),
            domain_origin: "https://auth.example.com".to_owned(),
            limits,
        };
        let waiting = tokio::spawn(async move {
            let (redirect, visitor) = Listener { socket }.redirect(gate).await.unwrap();
            visitor.show(Page::outcome(Ok(()))).await;
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
        let limits = Limits { head: Duration::from_millis(30), ..Limits::default() };
        let (port, waiting) = listen(limits);
        for says in ["", "G", "GET / HTTP/1.1\r\nHost: localhost"] {
            // The end of the stream is the proof: nothing here closes it.
            assert_eq!(rest(connect(port, says).await).await, "");
        }
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
    }

    #[tokio::test]
    async fn more_silent_connections_than_are_held_delay_the_browser_and_do_not_shut_it_out() {
        let limits = Limits { head: Duration::from_millis(30), ..Limits::default() };
        let (port, waiting) = listen(limits);
        let mut silent = Vec::new();
        for _ in 0..2 * MOST_CONNECTIONS {
            silent.push(connect(port, "").await);
        }
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
    }

    #[tokio::test]
    async fn a_client_that_never_reads_or_closes_holds_nothing_up() {
        let limits = Limits { farewell: Duration::from_millis(30), ..Limits::default() };
        let (port, waiting) = listen(limits);
        let refused = connect(port, "GET /elsewhere HTTP/1.1\r\n\r\n").await;
        assert!(come_back(port).await.contains("You are signed in."));
        assert_eq!(waiting.await.unwrap(), "c");
        drop(refused);
    }
}
