//! Binding the redirect URI's port on loopback.

use std::io;
use std::net::{SocketAddr, TcpListener};

use super::redirect_uri::{LoopbackAddress, RedirectUri};
use crate::error::{Error, ErrorKind, Result};

/// The system's code for an address family that it does not have. The standard library has no kind for it.
const NO_SUCH_FAMILY: i32 = if cfg!(windows) {
    10047
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    97
} else {
    47
};

/// A bound port, at one loopback address or both. Dropping it closes the port.
pub(super) struct LoopbackPort {
    sockets: Vec<TcpListener>,
}

impl LoopbackPort {
    pub(super) fn bind(address: &LoopbackAddress, redirect_uri: &RedirectUri) -> Result<Self> {
        Self::bind_with(address, redirect_uri, TcpListener::bind)
    }

    fn bind_with(
        address: &LoopbackAddress,
        redirect_uri: &RedirectUri,
        bind: impl Fn(SocketAddr) -> io::Result<TcpListener>,
    ) -> Result<Self> {
        let mut sockets = Vec::with_capacity(address.sockets.len());
        for &socket in &address.sockets {
            match bind(socket) {
                Ok(bound) => sockets.push(bound),
                // On a machine without IPv6 on loopback, no browser tries it, and nobody else can listen there.
                Err(fault) if !sockets.is_empty() && is_absent(&fault) => {}
                Err(fault) => return Err(cannot_listen(&fault, socket, redirect_uri)),
            }
        }
        Ok(Self { sockets })
    }

    #[cfg(test)]
    pub(super) fn bound(socket: TcpListener) -> Self {
        Self { sockets: vec![socket] }
    }

    pub(super) fn into_tokio(self) -> io::Result<Vec<tokio::net::TcpListener>> {
        let into_tokio = |socket: TcpListener| {
            socket.set_nonblocking(true)?;
            tokio::net::TcpListener::from_std(socket)
        };
        self.sockets.into_iter().map(into_tokio).collect()
    }
}

/// Returns whether the fault means that this machine does not have the address.
fn is_absent(fault: &io::Error) -> bool {
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
    use super::*;

    fn localhost() -> (LoopbackAddress, RedirectUri) {
        let redirect_uri = RedirectUri::parse(Some("http://localhost:8400/".to_owned())).unwrap();
        (redirect_uri.loopback_address().unwrap(), redirect_uri)
    }

    #[test]
    fn a_machine_without_an_ipv6_loopback_address_is_listened_on_by_the_other() {
        let (address, redirect_uri) = localhost();
        let no_address = || io::Error::from(io::ErrorKind::AddrNotAvailable);
        let no_family = || io::Error::from_raw_os_error(NO_SUCH_FAMILY);
        for fault in [no_address as fn() -> io::Error, no_family] {
            let bind = |socket: SocketAddr| {
                if socket.is_ipv6() { Err(fault()) } else { TcpListener::bind("127.0.0.1:0") }
            };
            let listener = LoopbackPort::bind_with(&address, &redirect_uri, bind).unwrap();
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
                if socket == faulty.parse().unwrap() {
                    Err(kind.into())
                } else {
                    TcpListener::bind("127.0.0.1:0")
                }
            };
            let Err(error) = LoopbackPort::bind_with(&address, &redirect_uri, bind) else {
                panic!("{faulty} {kind}")
            };
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code));
            assert!(error.message().contains(faulty), "{error}");
        }
    }
}
