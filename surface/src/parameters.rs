//! The table of parameters: every parameter of every call, once.
//!
//! A parameter of a call is one row. The signatures of Python and R, the options of the command and the documents are held
//! against the rows by tests of each language.

mod calls;
mod exceptions;
mod rows;

pub use calls::CALLS;
pub use exceptions::EXCEPTIONS;
pub use rows::PARAMETERS;

/// A language, and what it calls the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// R.
    R,
    /// The command `cognitoken`.
    Command,
}

/// A call, by its names in the languages. An empty name: the language has no such call.
#[derive(Debug)]
pub struct Call {
    /// The name of the operation, as [`prepare`](crate::prepare) takes it.
    pub operation: &'static str,
    /// The name in the package `cognitoken`: a function, a class, or a method as `Class.method`.
    pub python: &'static str,
    /// The name of the function in R.
    pub r: &'static str,
    /// The verb of the command.
    pub command: &'static str,
    /// The parameters that Python and R take by position, in their order.
    pub positional: &'static [&'static str],
}

/// The kind of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A string that nobody else may see. The command takes none as an argument, which other users could read.
    Secret,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A number of seconds.
    Seconds,
    /// A truth value.
    Truth,
    /// A string or several.
    Texts,
    /// Strings with names.
    NamedTexts,
    /// A device, see [`Object::Device`](crate::Object::Device).
    Device,
    /// A device, or its key.
    DeviceOrKey,
    /// The tokens of a sign-in.
    Tokens,
    /// A session.
    Session,
    /// A function of the caller's own.
    Function,
    /// A JSON document.
    Json,
    /// A point in time.
    Time,
}

/// The value of a parameter that is not given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultValue {
    /// It has to be given.
    Required,
    /// No value: Python's `None`, R's `NULL`, an option that is left out.
    Nothing,
    /// A string.
    Text(&'static str),
    /// Strings.
    Texts(&'static [&'static str]),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
}

/// A parameter of one or several calls.
#[derive(Debug)]
pub struct Parameter {
    /// The name, the same in every language; an option of the command has `-` for `_`.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Its value if it is not given.
    pub default: DefaultValue,
    /// The variable that gives the value otherwise; empty if there is none.
    pub variable: &'static str,
    /// The operations that take it.
    pub operations: &'static [&'static str],
    /// Its description in one sentence.
    pub sentence: &'static str,
}

/// A parameter that a language does not have, or has in another form.
#[derive(Debug)]
pub struct Exception {
    /// The language.
    pub language: Language,
    /// The operation; empty for all.
    pub operation: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// The form that it has there instead; empty if there is none.
    pub instead: &'static str,
    /// The reason.
    pub reason: &'static str,
}

impl Call {
    /// The name in a language; `None` if the language has no such call.
    pub fn name_in(&self, language: Language) -> Option<&'static str> {
        let name = match language {
            Language::Python => self.python,
            Language::R => self.r,
            Language::Command => self.command,
        };
        (!name.is_empty()).then_some(name)
    }

    /// The parameters, those by position first and the others in the order of the table.
    pub fn parameters(&self) -> Vec<&'static Parameter> {
        let mut parameters: Vec<_> =
            PARAMETERS.iter().filter(|row| row.operations.contains(&self.operation)).collect();
        let place = |row: &&Parameter| self.positional.iter().position(|name| *name == row.name);
        parameters.sort_by_key(|row| place(row).unwrap_or(usize::MAX));
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_a_call_has_one_row() {
        for call in CALLS {
            let names: Vec<&str> = call.parameters().iter().map(|row| row.name).collect();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(names.len(), once.len(), "{}: {names:?}", call.operation);
        }
    }

    #[test]
    fn what_is_taken_by_position_is_a_parameter() {
        for call in CALLS {
            let parameters = call.parameters();
            let first: Vec<&str> =
                parameters.iter().map(|row| row.name).take(call.positional.len()).collect();
            assert_eq!(first, call.positional, "{}", call.operation);
        }
    }

    #[test]
    fn every_row_names_calls_that_exist() {
        for row in PARAMETERS {
            for operation in row.operations {
                assert!(CALLS.iter().any(|call| call.operation == *operation), "{}: {operation}", row.name);
            }
            assert!(row.sentence.ends_with('.'), "{}", row.name);
        }
        for exception in EXCEPTIONS {
            assert!(PARAMETERS.iter().any(|row| row.name == exception.parameter), "{}", exception.parameter);
            assert!(!exception.reason.is_empty());
        }
    }
}
