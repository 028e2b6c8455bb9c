//! The contenders in Rust. The values that they work on are in the file that COGNITOKEN_BENCHMARK_VALUES names.
//!
//! As `cargo bench` calls it, criterion measures: one group a row, one function a contender. `once ROW/CONTENDER` does the
//! work a single time, as the first thing of its process, and prints the seconds and the answer; `crowd COUNT` makes so many
//! sign-ins at once; `vectors FILE` checks our proof against known answers and prints how many there were.

mod limits;
mod modular;
mod srp;
mod tokens;

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode};
use serde_json::{Value, json};

/// Work that is ready to be done, as often as it is called.
type Call = Box<dyn Fn() -> Answer>;

/// What a contender found out; the driver checks it.
enum Answer {
    Valid,
    Text(String),
    /// One for each token: the text, or nothing where the token was refused.
    Texts(Vec<Option<String>>),
    /// The public key, the signature, the time stamp.
    Proof([String; 3]),
}

impl From<Answer> for Value {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Valid => json!(true),
            Answer::Text(text) => json!(text),
            Answer::Texts(texts) => json!(texts),
            Answer::Proof(parts) => json!(parts),
        }
    }
}

const CONTENDERS: [(&str, &[&str]); 5] = [
    ("srp", &["cognitoken", "cognito_srp", "aws-cognito-srp", "limit"]),
    ("decode", &["cognitoken", "jsonwebtoken", "limit"]),
    ("verify", &["cognitoken", "jsonwebtoken", "limit"]),
    ("many", &["at-once", "one-by-one"]),
    ("warm", &["limit"]),
];

fn prepare(row: &str, name: &str, given: &Value) -> Call {
    match (row, name) {
        ("srp", "limit") => limits::modular_powers(given),
        ("decode", "limit") => limits::parsing(given),
        ("verify", "limit") => limits::signature(given),
        ("warm", "limit") => limits::request(given),
        ("srp", name) => srp::prepare(name, given),
        ("decode", name) => tokens::prepare_decode(name, given),
        ("verify", name) => tokens::prepare_verify(name, given),
        ("many", name) => tokens::prepare_many(name, given),
        _ => panic!("no such row: {row}"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["crowd", count] => println!("{}", limits::crowd(count.parse().expect("a count"))),
        ["once", wanted] => println!("{}", once(wanted)),
        ["vectors", path] => println!("{}", srp::check_vectors(&json_of(path))),
        _ => measure(),
    }
}

fn once(wanted: &str) -> Value {
    let (row, name) = wanted.split_once('/').expect("ROW/CONTENDER");
    let call = prepare(row, name, &values());
    let started = Instant::now();
    let answer = call();
    let seconds = started.elapsed().as_secs_f64();
    json!({"seconds": seconds, "answer": Value::from(answer)})
}

fn measure() {
    let given = values();
    let mut criterion = Criterion::default()
        .sample_size(10)
        .nresamples(1_000)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(250))
        .without_plots()
        .configure_from_args();
    for (row, names) in CONTENDERS {
        let mut group = criterion.benchmark_group(row);
        group.sampling_mode(SamplingMode::Flat);
        for name in names {
            // Only what the filter lets through is prepared.
            group.bench_function(*name, |bencher| {
                let call = prepare(row, name, &given);
                bencher.iter(|| black_box(call()));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

fn values() -> Value {
    json_of(&std::env::var("COGNITOKEN_BENCHMARK_VALUES").expect("COGNITOKEN_BENCHMARK_VALUES names a file"))
}

fn json_of(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("a file of JSON")
}

fn text(given: &Value, name: &str) -> String {
    given[name].as_str().expect("a value that is a string").to_owned()
}
