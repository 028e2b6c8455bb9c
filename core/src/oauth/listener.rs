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
