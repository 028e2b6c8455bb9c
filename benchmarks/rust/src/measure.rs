//! Contenders that take turns, as in the other languages of this benchmark.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const BATCH: Duration = Duration::from_millis(20);

pub type Contender<'a> = (&'a str, Box<dyn Fn() + 'a>);

pub fn in_turns(given: &Value, contenders: &[Contender<'_>]) -> Value {
    let rounds = given["rounds"].as_u64().unwrap_or(30);
    let sizes: Vec<u32> = contenders.iter().map(|(_, call)| size_of_batch(call)).collect();
    let mut measured: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        for ((name, call), size) in contenders.iter().zip(&sizes) {
            let each = time(call, *size).as_secs_f64() / f64::from(*size);
            measured.entry(name).or_default().push(each);
        }
    }
    json!(measured)
}

fn size_of_batch(call: &dyn Fn()) -> u32 {
    let mut size = 1;
    while time(call, size) < BATCH {
        size *= 2;
    }
    size
}

fn time(call: &dyn Fn(), size: u32) -> Duration {
    let started = Instant::now();
    for _ in 0..size {
        call();
    }
    started.elapsed()
}

pub fn text<'a>(given: &'a Value, name: &str) -> &'a str {
    given[name].as_str().expect("a value that is a string")
}
