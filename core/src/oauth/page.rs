//! What the browser shows once it has come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::redirect::Stray;
use crate::digest::sha256;
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

/// Text as HTML shows it, without characters that nobody sees: they could turn its order round or hide a part of it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => escaped.push(' '),
            character if is_invisible(character) => {}
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

/// Control characters, and what Unicode calls format characters and default ignorable code points: directions, joiners,
/// tags, fillers, variation selectors.
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
