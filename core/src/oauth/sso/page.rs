//! The page that the browser shows once it has come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::redirect::NotOurs;
use crate::digest::sha256;
use crate::error::Error;
use crate::text::escape_html;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.125rem/1.5 system-ui,sans-serif;\
background:#fff;color:#1b1b1b}\
main{max-width:34rem;padding:2rem}\
h1{font-size:1.5rem;margin:0 0 .75rem}\
p{margin:.5rem 0;overflow-wrap:anywhere}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e8e8e8}}";

/// A page with a heading and a few lines of text.
pub(super) struct Page {
    status: &'static str,
    heading: &'static str,
    lines: Vec<String>,
}

impl Page {
    /// The page for the outcome of the sign-in, shown after the code was redeemed.
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

    /// The page for a redirect that does not end this sign-in.
    pub(super) fn not_ours(reason: NotOurs) -> Self {
        let line = match reason {
            NotOurs::OtherSignIn { reported: Some(name) } => {
                format!("The sign-in page reported {name} and did not say for which sign-in.")
            }
            NotOurs::OtherSignIn { reported: None } => {
                "This address belongs to another sign-in, or to one that is over.".to_owned()
            }
            NotOurs::Incomplete => "The sign-in page sent neither a code nor a reason.".to_owned(),
        };
        let again = "Go back to where you started, and open the link that it shows.".to_owned();
        Self {
            status: "400 Bad Request",
            heading: "This is not the sign-in that is waited for.",
            lines: vec![line, again],
        }
    }

    /// The page for any other request.
    pub(super) fn refusal(status: &'static str) -> Self {
        Self { status, heading: "Nothing is here.", lines: vec![format!("{status}.")] }
    }

    /// The whole HTTP response. The page loads, runs and stores nothing, and names itself to no other site.
    pub(super) fn to_response(&self) -> Vec<u8> {
        let lines: String =
            self.lines.iter().map(|line| format!("<p>{}</p>", escape_html(&visible(line)))).collect();
        let heading = escape_html(self.heading);
        let body = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title>\
             <style>{STYLE}</style></head><body><main><h1>{heading}</h1>{lines}</main></body></html>"
        );
        let style = STANDARD.encode(&sha256(&[STYLE.as_bytes()])[..]);
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

/// The text without invisible characters, which could reorder it or hide a part of it.
fn visible(text: &str) -> String {
    let spaced =
        text.chars().map(|character| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character });
    spaced.filter(|&character| !is_invisible(character)).collect()
}

/// Returns whether it is a control character, a format character or a default ignorable code point (Unicode's terms):
/// directions, joiners, tags, fillers, variation selectors.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'..='\u{891}'
                | '\u{8e2}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{110bd}'
                | '\u{110cd}'
                | '\u{13430}'..='\u{1343f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
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
    fn characters_that_nobody_sees_do_not_reach_the_page() {
        let unseen = "\0\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200f}\u{202e}\u{2028}\u{2066}\u{feff}\u{e0041}";
        let text = format!("pay {unseen}Ada\r\nnow é — 日本");
        let error = Error::new(ErrorKind::Service, "x", text.clone()).with_hint(text);
        let page = String::from_utf8(Page::outcome(Err(&error)).to_response()).unwrap();
        let (_, body) = page.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.matches("<p>pay Ada  now é — 日本</p>").count(), 2, "{body}");
        assert!(!body.contains(|character| unseen.contains(character) || character == '\n'));
    }

    #[test]
    fn the_length_told_is_the_body_s_and_only_our_style_may_apply() {
        let page = String::from_utf8(Page::outcome(Ok(())).to_response()).unwrap();
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
        let style = body.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(&sha256(&[style.as_bytes()])[..]);
        assert!(head.contains(&format!("default-src 'none'; style-src 'sha256-{hash}'")), "{head}");
        for line in
            ["Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff"]
        {
            assert!(head.contains(line), "{line}");
        }
    }
}
