//! Ports that nothing listens on.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports that no system gives to a listener or a connection that asks for any port.
const FIRST: u16 = 10_000;
const COUNT: u16 = 6_000;

/// Returns a port that nothing listens on. It stays free: no other test of this process gets the same one, and none gets
/// it by asking for any port.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let of_this_process = (std::process::id().wrapping_mul(97) % u32::from(COUNT)) as u16;
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (of_this_process + number) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
