//! One connection to the listener: its request is checked and answered with a page.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tracing::debug;

use super::page::Page;
use super::redirect::{self, CsrfState, Redirect};
use super::redirect_uri::LoopbackAddress;
use super::request_head::{RequestHead, Unreadable};

/// The bytes that are still read, and discarded, from a client that was already answered: one that is cut off while it
/// sends never sees the answer.
const DRAIN_CAP: usize = 4 * 1024 * 1024;

/// Time limits of one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Until the head is complete. Browsers open connections ahead of need, and some never send anything.
    pub(super) head_timeout: Duration,
    /// Until the answer is sent and the client has closed.
    pub(super) close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_timeout: Duration::from_secs(10), close_timeout: Duration::from_secs(2) }
    }
}

/// The properties of the request that ends the sign-in.
pub(super) struct Expectation {
    pub(super) address: LoopbackAddress,
    pub(super) state: CsrfState,
    /// The sign-in page's host and port, for messages.
    pub(super) domain_host: String,
    /// The sign-in page's origin (RFC 6454): the one that a browser may name on this way.
    pub(super) domain_origin: String,
    pub(super) limits: Limits,
}

impl Expectation {
    fn check(&self, head: &RequestHead) -> Checked {
        // A page whose host name was made to lead here (DNS rebinding) still asks for its own name.
        if head.host.as_deref() != Some(&self.address.authority) {
            return Err(Page::refusal("400 Bad Request"));
        }
        if head.method != "GET" {
            return Err(Page::refusal("405 Method Not Allowed"));
        }
        let (path, query) = head.target.split_once('?').unwrap_or((&head.target, ""));
        if path != self.address.path {
            return Err(Page::refusal("404 Not Found"));
        }
        // A browser that was redirected here names no origin; a script of another site has to name its own.
        let is_expected = |origin: &str| origin == "null" || origin == self.domain_origin;
        if head.origin.as_deref().is_some_and(|origin| !is_expected(origin)) {
            return Err(Page::refusal("400 Bad Request"));
        }
        redirect::read(query, &self.state, &self.domain_host).map_err(Page::not_ours)
    }
}

/// The expected redirect, or the page that answers any other request.
pub(super) type Checked = Result<Redirect, Page>;

/// Receives one request. Returns `None` for a connection that stays silent or is closed: it gets no answer.
pub(super) async fn receive(stream: TcpStream, expectation: &Expectation) -> Option<(Checked, Browser)> {
    let Limits { head_timeout, close_timeout } = expectation.limits;
    let mut browser = Browser { stream, close_timeout };
    let head = timeout(head_timeout, RequestHead::read(&mut browser.stream)).await.ok()?;
    let checked = match head {
        Ok(head) => expectation.check(&head),
        Err(Unreadable::Closed) => return None,
        Err(Unreadable::Refused(status)) => Err(Page::refusal(status)),
    };
    Some((checked, browser))
}

/// A browser that has sent its request and waits for a page.
pub(super) struct Browser {
    stream: TcpStream,
    close_timeout: Duration,
}

impl Browser {
    /// Shows the page and closes the connection. A browser that is closed already misses the page, which is no error.
    pub(super) async fn show(mut self, page: Page) {
        let _ = timeout(self.close_timeout, send(&mut self.stream, &page)).await;
    }

    /// As [`show`](Self::show), for a client that may still be sending.
    pub(super) async fn turn_away(mut self, page: Page) {
        debug!(target: "cognitoken::sso", "unexpected request rejected");
        let answer = async {
            send(&mut self.stream, &page).await?;
            let mut rest = (&mut self.stream).take(DRAIN_CAP as u64);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
        };
        let _ = timeout(self.close_timeout, answer).await;
    }
}

async fn send(stream: &mut TcpStream, page: &Page) -> std::io::Result<()> {
    stream.write_all(&page.to_response()).await?;
    stream.shutdown().await
}
