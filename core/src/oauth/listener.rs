//! Waiting on loopback for the browser to come back.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener as Socket};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::connection::{Gate, Visitor, receive};
use super::redirect::Redirect;
use super::redirect_uri::{Address, RedirectUri};
use crate::error::{Error, ErrorKind, Result};

/// Connections that are looked at at once, far more than a browser opens. The oldest one makes room for the newest: a
/// browser says what it wants at once, and is served however many others say nothing.
const MOST_CONNECTIONS: usize = 256;

/// How long to wait when the system has no connection to give (no file descriptor left, for one).
const PAUSE: Duration = Duration::from_millis(50);

/// The system's code for an address family that it does not have, to which the standard library gives no kind.
const NO_SUCH_FAMILY: i32 = if cfg!(windows) {
    10047
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    97
} else {
    47
};

/// A bound port, at one loopback address or both. Dropping it closes the port.
pub(super) struct Listener {
    sockets: Vec<Socket>,
}

impl Listener {
    /// Binds the redirect URI's port on loopback.
    pub(super) fn bind(address: &Address, redirect_uri: &RedirectUri) -> Result<Self> {
        Self::bind_with(address, redirect_uri, Socket::bind)
    }

    fn bind_with(
        address: &Address,
        redirect_uri: &RedirectUri,
        bind: impl Fn(SocketAddr) -> io::Result<Socket>,
    ) -> Result<Self> {
        let mut sockets = Vec::with_capacity(address.sockets.len());
        for &socket in &address.sockets {
            match bind(socket) {
                Ok(bound) => sockets.push(bound),
                // A machine without IPv6 on loopback has no browser that could try it, and nobody else who could
                // listen there.
                Err(fault) if !sockets.is_empty() && is_not_there(&fault) => {}
                Err(fault) => return Err(cannot_listen(&fault, socket, redirect_uri)),
            }
        }
        Ok(Self { sockets })
    }

    /// Waits for the redirect that the gate lets through; whatever else comes is answered and the wait goes on. One
    /// shot: with it the port is closed, and every other connection.
    pub(super) async fn redirect(self, gate: Gate) -> Result<(Redirect, Visitor)> {
        let mut sockets = self.into_tokio().map_err(|fault| {
            let message = format!("the listener for the browser's return failed: {fault}");
            Error::new(ErrorKind::Network, "ListenerFailed", message).with_hint("Try again.")
        })?;
        let gate = Arc::new(gate);
        let (mut unheard, mut answered) = (Connections::new(), Connections::new());
        loop {
            tokio::select! {
                accepted = accept(&sockets) => match accepted {
                    Ok(stream) => {
                        let gate = Arc::clone(&gate);
                        unheard.add(async move { receive(stream, &gate).await });
                        // The other socket is asked first next time: a flood at one does not shut the other.
                        sockets.rotate_left(1);
                    }
                    // This one is gone again.
                    Err(fault) if fault.kind() == io::ErrorKind::ConnectionAborted => {}
                    // Where no file descriptor is left, the oldest connection gives up its own.
                    Err(_) if unheard.drop_oldest() || answered.drop_oldest() => tokio::task::yield_now().await,
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
                Some(heard) = unheard.tasks.join_next() => match heard {
                    Ok(Some((Ok(redirect), visitor))) => return Ok((redirect, visitor)),
                    Ok(Some((Err(page), visitor))) => answered.add(visitor.turn_away(page)),
                    Ok(None) | Err(_) => {}
                },
                Some(_) = answered.tasks.join_next() => {}
            }
        }
    }

    fn into_tokio(self) -> io::Result<Vec<TcpListener>> {
        let into_tokio = |socket: Socket| {
            socket.set_nonblocking(true)?;
            TcpListener::from_std(socket)
        };
        self.sockets.into_iter().map(into_tokio).collect()
    }
}

/// Connections in the order of their arrival, up to a bound.
struct Connections<T> {
    tasks: JoinSet<T>,
    oldest_first: VecDeque<AbortHandle>,
}

impl<T: Send + 'static> Connections<T> {
    fn new() -> Self {
        Self { tasks: JoinSet::new(), oldest_first: VecDeque::new() }
    }

    fn add(&mut self, connection: impl Future<Output = T> + Send + 'static) {
        self.oldest_first.retain(|task| !task.is_finished());
        if self.oldest_first.len() >= MOST_CONNECTIONS {
            self.drop_oldest();
        }
        self.oldest_first.push_back(self.tasks.spawn(connection));
    }

    /// Closes the connection that came first. `false` where there is none.
    fn drop_oldest(&mut self) -> bool {
        self.oldest_first.retain(|task| !task.is_finished());
        let oldest = self.oldest_first.pop_front();
        oldest.inspect(AbortHandle::abort).is_some()
    }
}

/// The next connection at any of these sockets.
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

/// Whether the address is none of this machine's.
fn is_not_there(fault: &io::Error) -> bool {
    fault.kind() == io::ErrorKind::AddrNotAvailable || fault.raw_os_error() == Some(NO_SUCH_FAMILY)
}

fn cannot_listen(fault: &io::Error, socket: SocketAddr, redirect_uri: &RedirectUri) -> Error {
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
    use tokio::task::JoinHandle;
    use zeroize::Zeroizing;

    use super::super::connection::Limits;
    use super::super::page::Page;
    use super::super::redirect::State;
    use super::*;

    /// A listener with little patience, which shows the good page at once.
    fn listen(limits: Limits) -> (u16, JoinHandle<String>) {
        let socket = Socket::bind("127.0.0.1:0").unwrap();
        let bound = socket.local_addr().unwrap();
        let gate = Gate {
            address: Address {
                sockets: vec![bound],
                authority: format!("localhost:{}", bound.port()),
                path: "/".to_owned(),
            },
            state: State::new(Zeroizing::new("right".to_owned())),
            domain_host: "auth.example.com".to_owned(),
            domain_origin: "https://auth.example.com".to_owned(),
            limits,
        };
        let waiting = tokio::spawn(async move {
            let (redirect, visitor) = Listener { sockets: vec![socket] }.redirect(gate).await.unwrap();
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

    /// Nothing is ever given up for its time.
    const PATIENT: Limits =
        Limits { head: Duration::from_secs(24 * 60 * 60), farewell: Duration::from_secs(24 * 60 * 60) };

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

    fn localhost() -> (Address, RedirectUri) {
        let redirect_uri = RedirectUri::parse(Some("http://localhost:8400/".to_owned())).unwrap();
        (redirect_uri.address().unwrap(), redirect_uri)
    }

    #[test]
    fn a_machine_without_an_ipv6_loopback_address_is_listened_on_by_the_other() {
        let (address, redirect_uri) = localhost();
        let no_address = || io::Error::from(io::ErrorKind::AddrNotAvailable);
        let no_family = || io::Error::from_raw_os_error(NO_SUCH_FAMILY);
        for fault in [no_address as fn() -> io::Error, no_family] {
            let bind = |socket: SocketAddr| {
                if socket.is_ipv6() { Err(fault()) } else { Socket::bind("127.0.0.1:0") }
            };
            let listener = Listener::bind_with(&address, &redirect_uri, bind).unwrap();
            assert_eq!(listener.sockets.len(), 1, "{}", fault());
        }
    }

    #[test]
    fn any_other_fault_at_either_address_is_an_error_that_names_it() {
        let (address, redirect_uri) = localhost();
        for (faulty, kind, code) in [
            ("[::1]:8400", io::ErrorKind::AddrInUse, "PortInUse"),
            ("127.0.0.1:8400", io::ErrorKind::AddrInUse, "PortInUse"),
            ("127.0.0.1:8400", io::ErrorKind::AddrNotAvailable, "PortUnusable"),
            ("[::1]:8400", io::ErrorKind::PermissionDenied, "PortNotAllowed"),
            ("[::1]:8400", io::ErrorKind::OutOfMemory, "PortUnusable"),
        ] {
            let bind = |socket: SocketAddr| {
                if socket == faulty.parse().unwrap() { Err(kind.into()) } else { Socket::bind("127.0.0.1:0") }
            };
            let Err(error) = Listener::bind_with(&address, &redirect_uri, bind) else {
                panic!("{faulty} {kind}")
            };
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code));
            assert!(error.message().contains(faulty), "{error}");
        }
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
