//! The HTML of an object, for notebooks and documents. It takes its colours and its font from the page around it, so that
//! it can be read on a light page and on a dark one, and it is no wider than its cell.

use std::time::SystemTime;

use cognitoken::binding::escape_html;
use cognitoken::{CheckState, TotpSetup};

use crate::output::Object;
use crate::sections::{Entry, Section, sections};

const TABLE: &str = "border-collapse: collapse; max-width: 100%; margin: 0.5em 0";

/// JupyterLab aligns to the right, and some pages forbid lines to wrap. A long value without spaces, such as an address,
/// wraps anywhere rather than leave the cell.
const TEXT: &str = "padding: 0.25em 0.75em 0.25em 0; border: 0; border-bottom: 1px solid rgba(128, 128, 128, 0.35); \
                    text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere";

/// In addition to the style of a text: it keeps some room beside long labels.
const VALUE: &str = "; padding-right: 0; min-width: 8em";

/// In addition to the style of a text.
const LABEL: &str = "; font-weight: bold";

/// In addition: a short label stays whole in a narrow cell.
const SHORT: &str = "; white-space: nowrap";

/// In addition: a long label leaves room for its text.
const LONG: &str = "; min-width: 6em";

/// The length of the longest label, in characters, that stays whole.
const LONGEST_SHORT_LABEL: usize = 20;

/// In addition to the style of a text.
const HEADING: &str = "; padding-top: 0.75em; font-weight: bold; border-bottom-width: 2px";

/// The object as a table, with the QR code of an authenticator app that is being set up, which is a secret.
pub fn html(object: &Object, now: SystemTime) -> String {
    let setup = match object {
        Object::Challenge(challenge) => challenge.totp_setup(),
        _ => None,
    };
    table(object, now) + &setup.map(qr_code).unwrap_or_default()
}

/// The object as a table, in which nothing is secret. Contents are escaped.
pub fn table(object: &Object, now: SystemTime) -> String {
    let sections = sections(object, now);
    let has_states = sections.iter().flat_map(|section| &section.entries).any(|entry| entry.state.is_some());
    let columns = if has_states { 3 } else { 2 };
    let bodies: String = sections.iter().map(|section| body(section, columns)).collect();
    format!("<table{}>{bodies}</table>", style(&[TABLE]))
}

fn qr_code(setup: &TotpSetup) -> String {
    format!("<div role=\"img\" aria-label=\"QR code for an authenticator app\">{}</div>", setup.qr_svg())
}

fn body(section: &Section, columns: usize) -> String {
    let heading = section.heading.as_deref().map(|heading| {
        format!(
            "<tr><th scope=\"rowgroup\" colspan=\"{columns}\"{}>{}</th></tr>",
            style(&[TEXT, HEADING]),
            escape_html(heading)
        )
    });
    let rows: String = section.entries.iter().map(row).collect();
    format!("<tbody>{}{rows}</tbody>", heading.unwrap_or_default())
}

fn row(entry: &Entry) -> String {
    let state = entry.state.map(|state| {
        let line = format!("{SHORT}; border-left: 0.3em solid {}; padding-left: 0.6em", colour(state));
        format!("<td{}>{}</td>", style(&[TEXT, &line]), state.as_str())
    });
    let fix = entry.fix.as_deref().map(|fix| format!("<br><strong>fix:</strong> {}", escape_html(fix)));
    format!(
        "<tr>{}{}<td{}>{}{}</td></tr>",
        state.unwrap_or_default(),
        label(&entry.label),
        style(&[TEXT, VALUE]),
        escape_html(&entry.text),
        fix.unwrap_or_default()
    )
}

fn label(text: &str) -> String {
    let (length, text) = if text.chars().count() > LONGEST_SHORT_LABEL {
        (LONG, text.split_inclusive(['_', ':']).map(escape_html).collect::<Vec<_>>().join("<wbr>"))
    } else {
        (SHORT, escape_html(text))
    };
    format!("<th scope=\"row\"{}>{text}</th>", style(&[TEXT, LABEL, length]))
}

/// The colour of the line beside a state. Each differs from white and from black by a contrast of at least 3, as WCAG 2.2
/// (1.4.11) asks of what is no text.
fn colour(state: CheckState) -> &'static str {
    match state {
        CheckState::Bad => "#d1434b",
        CheckState::Note => "#a97908",
        // Every state of a later version needs nothing to be done, too.
        _ => "#2e8b57",
    }
}

fn style(parts: &[&str]) -> String {
    format!(" style=\"{}\"", escape_html(&parts.concat()))
}
