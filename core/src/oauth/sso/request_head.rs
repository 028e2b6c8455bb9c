//! The head of one HTTP request to the listener, read within limits.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// The longest head that is read, in bytes: as much as servers commonly take.
const HEAD_CAP: usize = 16 * 1024;

/// More header fields than any browser sends.
const MOST_FIELDS: usize = 100;

/// The parts of a request's head that matter. The target holds the code.
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) target: Zeroizing<String>,
    pub(super) host: Option<String>,
    pub(super) origin: Option<String>,
}

pub(super) enum Unreadable {
    /// The client closed the connection, or it broke.
    Closed,
    /// It is no request, or too long: the status to answer with.
    Refused(&'static str),
}

impl RequestHead {
    pub(super) async fn read(stream: &mut TcpStream) -> Result<Self, Unreadable> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD_CAP));
        loop {
            let room = (HEAD_CAP - bytes.len()) as u64;
            match (&mut *stream).take(room).read_buf(&mut *bytes).await {
                Ok(0) | Err(_) => return Err(Unreadable::Closed),
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

    /// Returns `None` while the head is incomplete.
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
            // Two fields of one name may contradict each other.
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
