//! A service on this machine that says, request by request, what a test wants to hear, faults of the network included.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// One request as it arrived.
#[derive(Clone)]
pub(crate) struct Call {
    /// `POST / HTTP/1.1`
    pub(crate) start: String,
    headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The operation's own name; for a request that is none, its first line.
    pub(crate) fn operation(&self) -> &str {
        let target = self.header("x-amz-target").unwrap_or(&self.start);
        target.strip_prefix("AWSCognitoIdentityProviderService.").unwrap_or(target)
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// One of `AuthParameters` or `ChallengeResponses`; null where it was not sent.
    pub(crate) fn parameter(&self, name: &str) -> Value {
        let body = self.body();
        let parameters = body.get("AuthParameters").or_else(|| body.get("ChallengeResponses"));
        parameters.and_then(|parameters| parameters.get(name)).cloned().unwrap_or_default()
    }
}

/// The service's answer to one request.
pub(crate) enum Reply {
    /// An answer of this status, these headers and this body.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// These bytes as they are, then the end of the connection.
    Raw(Vec<u8>),
    /// This many bytes of body, promised and delivered.
    Endless(usize),
    /// The connection is reset, nothing was said.
    Reset,
    /// Nothing, for as long as the client waits.
    Silence,
    /// This one, once the test says so.
    Late(Arc<Notify>, Box<Reply>),
    /// An answer made of the request.
    By(Box<dyn FnOnce(&Call) -> Reply + Send>),
}

impl Reply {
    pub(crate) fn text(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self::Answer { status, headers, body: body.into() }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/x-amz-json-1.1", &body.to_string())
    }

    pub(crate) fn late(when: &Arc<Notify>, reply: Self) -> Self {
        Self::Late(Arc::clone(when), Box::new(reply))
    }

    pub(crate) fn by(makes: impl FnOnce(&Call) -> Self + Send + 'static) -> Self {
        Self::By(Box::new(makes))
    }

    #[must_use]
    pub(crate) fn with_header(self, name: &'static str, value: &str) -> Self {
        let value = value.to_owned();
        self.changed(move |headers, _| headers.push((name, value)))
    }

    /// The same answer with its JSON body changed.
    #[must_use]
    pub(crate) fn edited(self, edit: impl FnOnce(&mut Value) + Send + 'static) -> Self {
        self.changed(|_, body| {
            let mut document = serde_json::from_slice(body).unwrap();
            edit(&mut document);
            *body = document.to_string().into();
        })
    }

    fn changed(
        self,
        change: impl FnOnce(&mut Vec<(&'static str, String)>, &mut Vec<u8>) + Send + 'static,
    ) -> Self {
        match self {
            Self::Answer { status, mut headers, mut body } => {
                change(&mut headers, &mut body);
                Self::Answer { status, headers, body }
            }
            Self::By(makes) => Self::by(|call| makes(call).changed(change)),
            _ => panic!("only an answer has headers and a body"),
        }
    }
}

#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    calls: Mutex<Vec<Call>>,
    connections: AtomicUsize,
}

impl Script {
    fn next(&self, call: Call) -> Reply {
        let reply = self.replies.lock().unwrap().pop_front();
        let mut reply =
            reply.unwrap_or_else(|| Reply::text(400, "text/plain", "nobody expected this request"));
        while let Reply::By(makes) = reply {
            reply = makes(&call);
        }
        self.calls.lock().unwrap().push(call);
        reply
    }
}

/// The service. It answers from its script in the order of the requests, whatever connection they come by.
pub(crate) struct Service {
    script: Arc<Script>,
    port: u16,
}

impl Service {
    pub(crate) async fn that_says(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::behind(replies, |stream| async { Some(stream) }).await
    }

    /// Silent by script: whatever is sent here should not have been.
    pub(crate) async fn unasked() -> Self {
        Self::that_says([]).await
    }

    /// A service whose connections begin with something else: TLS, say. `None` ends the connection.
    pub(crate) async fn behind<S, F>(
        replies: impl IntoIterator<Item = Reply>,
        begin: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self
    where
        S: Connection + 'static,
        F: Future<Output = Option<S>> + Send,
    {
        let script =
            Arc::new(Script { replies: Mutex::new(replies.into_iter().collect()), ..Script::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&script);
        let begin = Arc::new(begin);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (script, begin) = (Arc::clone(&shared), Arc::clone(&begin));
                tokio::spawn(async move {
                    if let Some(stream) = begin(stream).await {
                        serve(stream, &script).await;
                    }
                });
            }
        });
        Self { script, port }
    }

    /// Adds to the script.
    pub(crate) fn goes_on(&self, reply: Reply) {
        self.script.replies.lock().unwrap().push_back(reply);
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.script.calls.lock().unwrap().clone()
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.calls().iter().map(|call| call.operation().to_owned()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.script.connections.load(Ordering::SeqCst)
    }

    /// The number of replies that nobody has asked for yet.
    pub(crate) fn unsaid(&self) -> usize {
        self.script.replies.lock().unwrap().len()
    }
}

/// A connection that a request comes by.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    fn reset(&self) {}
}

impl Connection for TcpStream {
    fn reset(&self) {
        self.set_zero_linger().unwrap();
    }
}

impl Connection for tokio_rustls::server::TlsStream<TcpStream> {}

async fn serve(mut stream: impl Connection, script: &Script) {
    let mut read = Vec::new();
    while let Some(call) = receive(&mut stream, &mut read).await {
        // A client that hangs up while we speak is part of some tests.
        let mut reply = script.next(call);
        if let Reply::Late(when, late) = reply {
            when.notified().await;
            reply = *late;
        }
        match reply {
            Reply::Answer { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n", body.len());
                headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
                head.push_str("\r\n");
                let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
            }
            Reply::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Endless(length) => {
                let head = format!("HTTP/1.1 200 Said\r\ncontent-length: {length}\r\n\r\n");
                let _ = stream.write_all(head.as_bytes()).await;
                let part = [b' '; 64 * 1024];
                for _ in 0..length / part.len() {
                    if stream.write_all(&part).await.is_err() {
                        return;
                    }
                }
            }
            Reply::Reset => return stream.reset(),
            Reply::Silence => {
                let _ = stream.read(&mut [0]).await;
                return;
            }
            Reply::By(_) | Reply::Late(..) => unreachable!("they are resolved"),
        }
    }
}

/// Reads one request; `None` at the end of the connection. What follows it stays in `read`.
async fn receive(stream: &mut impl Connection, read: &mut Vec<u8>) -> Option<Call> {
    let mut part = [0; 16 * 1024];
    loop {
        if let Some((call, length)) = parse(read) {
            read.drain(..length);
            return Some(call);
        }
        match stream.read(&mut part).await {
            Ok(length) if length > 0 => read.extend_from_slice(&part[..length]),
            _ => return None,
        }
    }
}

fn parse(read: &[u8]) -> Option<(Call, usize)> {
    let head_length = read.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&read[..head_length]).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let start = lines.next().unwrap().to_owned();
    let split = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(split).collect();
    let mut call = Call { start, headers, text: String::new() };
    let body_length: usize = call.header("content-length").map_or(0, |length| length.parse().unwrap());
    let length = head_length + body_length;
    call.text = String::from_utf8(read.get(head_length..length)?.to_vec()).unwrap();
    Some((call, length))
}
