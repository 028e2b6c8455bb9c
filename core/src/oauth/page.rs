//! What the browser shows once it has come back.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::redirect::Stray;
use crate::error::Error;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.125rem/1.5 system-ui,sans-serif;\
background:#fff;color:#1b1b1b}\
main{max-width:34rem;padding:2rem}\
h1{font-size:1.5rem;margin:0 0 .75rem}\
p{margin:.5rem 0;overflow-wrap:anywhere}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e8e8e8}}";

/// One plain page: a heading and a few lines.
pub(super) struct Page {
    status: &'static str,
    heading: &'static str,
    lines: Vec<String>,
}

impl Page {
    /// How the sign-in ended. Shown only once that is known, the redemption of the code included.
    pub(super) fn outcome(outcome: Result<(), &Error>) -> Self {
        match outcome {
            Ok(()) => Self {
                status: "200 OK",
                heading: "You are signed in.",
                lines: vec!["You can close this window.".to_owned()],
            },
            Err(error) => Self {
                status: "400 Bad Request",
                heading: "Signing in failed.",
                lines: [Some(error.message()), error.hint(), Some("You can close this window.")]
                    .into_iter()
                    .flatten()
                    .map(str::to_owned)
                    .collect(),
            },
        }
    }

    /// For a redirect that does not belong to the sign-in that is waited for.
    pub(super) fn stray(stray: Stray) -> Self {
        let line = match stray {
            Stray::OtherSignIn { reported: Some(name) } => {
                format!("The sign-in page reported {name} and did not say for which sign-in.")
            }
            Stray::OtherSignIn { reported: None } => {
                "This address belongs to another sign-in, or to one that is over.".to_owned()
            }
            Stray::Incomplete => "The sign-in page sent neither a code nor a reason.".to_owned(),
        };
        let again = "Go back to where you started, and open the link that it shows.".to_owned();
        Self {
            status: "400 Bad Request",
            heading: "This is not the sign-in that is waited for.",
            lines: vec![line, again],
        }
    }

    /// For anything else that a browser, or something that is none, may ask for.
    pub(super) fn refusal(status: &'static str) -> Self {
        Self { status, heading: "Nothing is here.", lines: vec![format!("{status}.")] }
    }

    /// The whole answer. Nothing is loaded, run, kept or told to any other site.
    pub(super) fn to_response(&self) -> Vec<u8> {
        let lines: String = self.lines.iter().map(|line| format!("<p>{}</p>", escape(line))).collect();
        let heading = escape(self.heading);
        let body = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title>\
             <style>{STYLE}</style></head><body><main><h1>{heading}</h1>{lines}</main></body></html>"
        );
        let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        let allow = if self.status.starts_with("405") { "Allow: GET\r\n" } else { "" };
        let head = format!(
            "HTTP/1.1 {}\r\n\
             Content-Type: text/html; charset=utf-8\r\n\
             Content-Length: {}\r\n\
             Cache-Control: no-store\r\n\
             Referrer-Policy: no-referrer\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\n\
             {allow}Connection: close\r\n\r\n",
            self.status,
            body.len(),
        );
        [head.into_bytes(), body.into_bytes()].concat()
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn words_from_elsewhere_are_text_and_nothing_else() {
        let error = Error::new(ErrorKind::Service, "x", "<script>alert(\"1\")</script> & 'more'");
        let page = String::from_utf8(Page::outcome(Err(&error)).to_response()).unwrap();
        assert!(
            page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;"),
            "{page}"
        );
        assert!(!page.contains("<script"));
    }

    #[test]
    fn the_length_told_is_the_body_s_and_only_our_style_may_apply() {
        let page = String::from_utf8(Page::outcome(Ok(())).to_response()).unwrap();
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
        let style = body.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        assert!(head.contains(&format!("default-src 'none'; style-src 'sha256-{hash}'")), "{head}");
        for line in
            ["Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff"]
        {
            assert!(head.contains(line), "{line}");
        }
    }
}
