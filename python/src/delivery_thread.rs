//! The thread that delivers the results of calls to the event loops that await them.
//!
//! The thread that drives the calls never takes the interpreter lock itself: while other Python code runs, that can
//! take milliseconds for each result, and no other call would make progress. The delivery thread takes the lock once
//! for all results that are ready.

use std::sync::mpsc::{Receiver, Sender, channel};

use cognitoken::binding::PerProcess;
use pyo3::prelude::*;

use crate::gate;

/// Delivers a result that is ready, with the interpreter lock.
pub(crate) type Delivery = Box<dyn FnOnce(Python<'_>) + Send>;

/// A child process made by fork has a thread of its own.
static OWN: PerProcess<DeliveryThread> = PerProcess::new();

pub(crate) struct DeliveryThread(Sender<Delivery>);

impl DeliveryThread {
    /// Returns the thread of this process, started if it does not run yet.
    pub(crate) fn own() -> PyResult<&'static Self> {
        OWN.get_or_try_init(|_| {
            let (deliveries, received) = channel();
            let thread = std::thread::Builder::new().name("cognitoken-delivery".to_owned());
            thread.spawn(move || run(&received))?;
            Ok(Self(deliveries))
        })
    }

    pub(crate) fn send(&self, delivery: Delivery) {
        // Sending fails only while the interpreter exits, when nothing awaits the result.
        let _ = self.0.send(delivery);
    }
}

fn run(received: &Receiver<Delivery>) {
    while let Ok(first) = received.recv() {
        let delivered = gate::attach(|py| {
            first(py);
            received.try_iter().for_each(|delivery| delivery(py));
        });
        if delivered.is_none() {
            // The interpreter exits.
            return;
        }
    }
}
