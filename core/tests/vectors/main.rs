//! Known answers: runs every vector of a folder against the library.
//!
//! The folder is the one that `COGNITOKEN_VECTORS` names, or `shared/vectors` beside the repository where there is one.
//! Each `<topic>.json` in it holds `{"vectors": [...]}`. A file or a kind of vector that is not known here fails: a vector
//! that nobody runs proves nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod constants;
mod device;
mod hash;
mod hkdf;
mod jwt;
mod negative;
mod padhex;
mod pkce;
mod secret_hash;
mod srp_server;
mod srp_u;
mod srp_user;
mod timestamp;
mod vector;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use vector::Vector;

/// The outcome of a vector that gave no wrong answer.
enum Outcome {
    Ran,
    /// It says something about which the library has no say; why.
    Skipped(&'static str),
}

enum Topic {
    /// One vector at a time.
    Each(fn(&Vector<'_>) -> Outcome),
    /// The whole file; how many vectors were run comes back.
    Whole(fn(&[Value]) -> usize),
}

/// One line for each file name.
const TOPICS: &[(&str, Topic)] = &[
    ("constants", Topic::Each(constants::run)),
    ("device", Topic::Each(device::run)),
    ("hash", Topic::Each(hash::run)),
    ("hkdf", Topic::Each(hkdf::run)),
    ("jwt", Topic::Whole(jwt::jwt)),
    ("jwt_policy", Topic::Whole(jwt::jwt_policy)),
    ("negative", Topic::Each(negative::run)),
    ("padhex", Topic::Each(padhex::run)),
    ("pkce", Topic::Each(pkce::run)),
    ("secret_hash", Topic::Each(secret_hash::run)),
    ("srp_server", Topic::Each(srp_server::run)),
    ("srp_u", Topic::Each(srp_u::run)),
    ("srp_user", Topic::Each(srp_user::run)),
    ("timestamp", Topic::Each(timestamp::run)),
];

#[test]
fn every_vector_gives_the_known_answer() {
    let Some(files) = vector_files() else {
        say("vectors: none present; COGNITOKEN_VECTORS names the folder that holds them");
        return;
    };
    let mut total = Tally::default();
    for file in &files {
        let tally = run_file(file);
        say(&format!("vectors: {:<12} {tally}", file.file_stem().unwrap().display()));
        total.add(tally);
    }
    say(&format!("vectors: {:<12} {total}", "all"));
    assert!(
        total.failures.is_empty(),
        "{} vectors failed:\n{}",
        total.failures.len(),
        total.failures.join("\n")
    );
    assert!(total.ran > 0, "the folder holds no vector");
}

/// The files in order of their names; `None` where no folder was named and there is none in the usual place.
fn vector_files() -> Option<Vec<PathBuf>> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let folder = match std::env::var_os("COGNITOKEN_VECTORS") {
        Some(named) => PathBuf::from(named),
        None if usual.is_dir() => usual,
        None => return None,
    };
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Some(files)
}

fn run_file(file: &Path) -> Tally {
    let name = file.file_stem().unwrap().to_str().unwrap();
    let Some((_, topic)) = TOPICS.iter().find(|(topic, _)| *topic == name) else {
        return Tally::failed(format!("{name}: no test knows what to do with this file"));
    };
    let document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let vectors = document["vectors"].as_array().unwrap_or_else(|| panic!("{name}: no list of vectors"));
    match topic {
        Topic::Each(run) => {
            let mut tally = Tally::default();
            for (position, value) in vectors.iter().enumerate() {
                tally.add(run_vector(*run, &Vector::new(value, format!("{name}[{position}]"))));
            }
            tally
        }
        Topic::Whole(run) => match catch_unwind(|| run(vectors)) {
            Ok(ran) if ran == vectors.len() => Tally { ran, ..Tally::default() },
            Ok(ran) => Tally::failed(format!("{name}: only {ran} of {} vectors were run", vectors.len())),
            Err(cause) => Tally::failed(format!("{name}: {}", panic_message(&*cause))),
        },
    }
}

fn run_vector(run: fn(&Vector<'_>) -> Outcome, vector: &Vector<'_>) -> Tally {
    match catch_unwind(AssertUnwindSafe(|| run(vector))) {
        Ok(Outcome::Ran) if vector.nothing_compared() => {
            Tally::failed(format!("{vector}: it compares nothing"))
        }
        Ok(Outcome::Ran) => Tally { ran: 1, ..Tally::default() },
        Ok(Outcome::Skipped(reason)) => Tally { skipped: vec![reason], ..Tally::default() },
        Err(cause) => Tally::failed(format!("{vector}: {}", panic_message(&*cause))),
    }
}

fn panic_message(cause: &(dyn std::any::Any + Send)) -> &str {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("it panicked")
}

/// The count is the point of the report: it goes past the capture of a passing test's output.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").unwrap();
}

#[derive(Default)]
struct Tally {
    ran: usize,
    skipped: Vec<&'static str>,
    failures: Vec<String>,
}

impl Tally {
    fn failed(reason: String) -> Self {
        Self { failures: vec![reason], ..Self::default() }
    }

    fn add(&mut self, other: Self) {
        self.ran += other.ran;
        self.skipped.extend(other.skipped);
        self.failures.extend(other.failures);
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:>3} ran", self.ran)?;
        let mut reasons = self.skipped.clone();
        reasons.sort_unstable();
        reasons.dedup();
        for reason in reasons {
            let count = self.skipped.iter().filter(|skipped| **skipped == reason).count();
            write!(formatter, ", {count} skipped ({reason})")?;
        }
        if !self.failures.is_empty() {
            write!(formatter, ", {} failed", self.failures.len())?;
        }
        Ok(())
    }
}
