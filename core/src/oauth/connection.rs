//! One connection to the listener: a request read with limits, judged, and answered with a page.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::page::Page;
use super::redirect::{self, Redirect, State};
use super::redirect_uri::Address;

/// A request's head may be this long, in bytes: as much as servers commonly take.
const HEAD_CAP: usize = 16 * 1024;

/// More header fields than any browser sends.
const MOST_FIELDS: usize = 100;

/// What is still read, and thrown away, from a client that was already answered, in bytes: one that is cut off in the
/// middle of its sending never sees the answer.
const DRAIN_CAP: usize = 4 * 1024 * 1024;

/// How long a connection may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Until the whole head is here. Browsers open connections ahead of need: some never say anything.
    pub(super) head: Duration,
    /// Until the answer is sent and the client has closed.
    pub(super) farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), farewell: Duration::from_secs(2) }
    }
}

/// What a request must be to end the sign-in.
pub(super) struct Gate {
    pub(super) address: Address,
    pub(super) state: State,
    /// The sign-in page's host and port, for messages.
    pub(super) domain_host: String,
    /// The sign-in page's origin (RFC 6454): where a browser that sends one on this way may say it comes from.
    pub(super) domain_origin: String,
    pub(super) limits: Limits,
}

/// A browser that has asked and waits for its page.
pub(super) struct Visitor {
    stream: TcpStream,
    limits: Limits,
}

impl Visitor {
    /// Shows the page and closes. Whether it arrives is the browser's affair: it may be closed already.
    pub(super) async fn show(mut self, page: Page) {
        let _ = timeout(self.limits.farewell, say(&mut self.stream, &page)).await;
    }

    /// The same for one that may still be sending.
    pub(super) async fn turn_away(mut self, page: Page) {
        let farewell = async {
            say(&mut self.stream, &page).await?;
            let mut rest = (&mut self.stream).take(DRAIN_CAP as u64);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
        };
        let _ = timeout(self.limits.farewell, farewell).await;
    }
}

/// What a request turned out to be: the redirect that is waited for, or anything else and the page to answer it with.
pub(super) type Judged = Result<Redirect, Page>;

/// Takes one request. `None` for a connection that stays silent or goes away: it is closed without a word.
pub(super) async fn receive(stream: TcpStream, gate: &Gate) -> Option<(Judged, Visitor)> {
    let mut visitor = Visitor { stream, limits: gate.limits };
    let head = timeout(gate.limits.head, Head::read(&mut visitor.stream)).await.ok()?;
    let judged = match head {
        Ok(head) => gate.judge(&head),
        Err(Unreadable::Gone) => return None,
        Err(Unreadable::Refused(status)) => Err(Page::refusal(status)),
    };
    Some((judged, visitor))
}

async fn say(stream: &mut TcpStream, page: &Page) -> std::io::Result<()> {
    stream.write_all(&page.to_response()).await?;
    stream.shutdown().await
}

impl Gate {
    fn judge(&self, head: &Head) -> Judged {
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
        // A browser that was sent here names no origin; a script of another site cannot but name its own.
        let expected = |origin: &str| origin == "null" || origin == self.domain_origin;
        if head.origin.as_deref().is_some_and(|origin| !expected(origin)) {
            return Err(Page::refusal("400 Bad Request"));
        }
        redirect::read(query, &self.state, &self.domain_host).map_err(Page::stray)
    }
}

/// What is looked at of a request's head. The target holds the code.
struct Head {
    method: String,
    target: Zeroizing<String>,
    host: Option<String>,
    origin: Option<String>,
}

enum Unreadable {
    /// The client closed, or the connection broke.
    Gone,
    /// It is no request, or too long a one: the status to answer with.
    Refused(&'static str),
}

impl Head {
    async fn read(stream: &mut TcpStream) -> Result<Self, Unreadable> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD_CAP));
        loop {
            let room = (HEAD_CAP - bytes.len()) as u64;
            match (&mut *stream).take(room).read_buf(&mut *bytes).await {
                Ok(0) | Err(_) => return Err(Unreadable::Gone),
                Ok(_) => {}
            }
            if let Some(head) = Self::parse(&bytes)? {
                return Ok(head);
            }
            if bytes.len() >= HEAD_CAP {
                let line_is_whole = bytes.contains(&b'\n');
                return Err(Unreadable::Refused(if line_is_whole {
                    "431 Request Header Fields Too Large"
                } else {
                    "414 URI Too Long"
                }));
            }
        }
    }

    /// `None` while the head is not yet complete.
    fn parse(bytes: &[u8]) -> Result<Option<Self>, Unreadable> {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return Err(Unreadable::Refused("431 Request Header Fields Too Large"));
            }
            Err(_) => return Err(Unreadable::Refused("400 Bad Request")),
        }
        let field = |name: &str| -> Result<Option<String>, Unreadable> {
            let mut values = request.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
            let value = values.next().map(|field| String::from_utf8_lossy(field.value).to_ascii_lowercase());
            // Two of them are two opinions about where the request belongs.
            if values.next().is_some() { Err(Unreadable::Refused("400 Bad Request")) } else { Ok(value) }
        };
        Ok(Some(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: Zeroizing::new(request.path.unwrap_or_default().to_owned()),
            host: field("host")?,
            origin: field("origin")?,
        }))
    }
}
