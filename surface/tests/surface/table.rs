//! The table of parameters against the code that reads them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use cognitoken::{Error, Value};
use cognitoken_surface::{CALLS, Kind, Object, PARAMETERS, Values, prepare};

/// The names that the code of an operation reads and that no caller gives: a binding or the command puts them in.
const OWN: &[&str] = &["self", "person_can_paste", "default_store", "without_profile"];

/// Values that take a note of each name that is asked for. Texts that have to be there are there.
#[derive(Default)]
struct Asked {
    flow: Option<&'static str>,
    names: RefCell<BTreeSet<String>>,
}

impl Asked {
    fn note(&self, name: &str) {
        self.names.borrow_mut().insert(name.to_owned());
    }
}

impl Values for Asked {
    type Failure = Error;

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.note(name);
        Ok(match name {
            // A session reads the most with this flow; the other calls refuse it.
            "flow" => self.flow.map(str::to_owned),
            _ => None,
        })
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Error> {
        self.note(name);
        Ok(None)
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        self.note(name);
        Ok(None)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Error> {
        self.note(name);
        Ok(None)
    }

    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        self.note(name);
        Ok(None)
    }

    fn json(&self, name: &str) -> Result<Option<Value>, Error> {
        self.note(name);
        Ok(None)
    }

    fn time(&self, name: &str) -> Result<Option<SystemTime>, Error> {
        self.note(name);
        Ok(None)
    }

    fn object(&self, name: &str) -> Result<Option<Object>, Error> {
        self.note(name);
        Ok(None)
    }

    fn is_any(&self, name: &str) -> bool {
        self.note(name);
        false
    }

    fn required_text(&self, name: &str) -> Result<String, Error> {
        self.note(name);
        Ok("x".to_owned())
    }
}

/// Functions are called by the languages themselves.
fn is_read_here(kind: Kind) -> bool {
    kind != Kind::Function
}

#[test]
fn every_function_reads_the_parameters_of_its_rows_and_no_others() {
    for call in CALLS.iter().filter(|call| !call.operation.contains('.')) {
        let flow = (call.operation == "session").then_some("client_credentials");
        let asked = Asked { flow, ..Asked::default() };
        let _ = prepare(call.operation, &asked);
        let read: BTreeSet<String> = asked.names.into_inner();
        let rows: BTreeSet<String> = call
            .parameters()
            .into_iter()
            .filter(|row| is_read_here(row.kind))
            .map(|row| row.name.to_owned())
            .collect();
        let missing: Vec<&String> = rows.difference(&read).collect();
        assert!(missing.is_empty(), "{} does not read {missing:?}", call.operation);
        let more: Vec<&String> =
            read.difference(&rows).filter(|name| !OWN.contains(&name.as_str())).collect();
        assert!(more.is_empty(), "{} reads {more:?}, which the table does not have", call.operation);
    }
}

#[test]
fn variables_are_those_of_the_core() {
    let variables = cognitoken::binding::variables();
    for row in PARAMETERS.iter().filter(|row| !row.variable.is_empty()) {
        let argument =
            variables.iter().find(|(name, _)| *name == row.variable).map(|(_, argument)| *argument);
        assert_eq!(argument, Some(Some(row.name)), "{} of {}", row.variable, row.name);
    }
}
