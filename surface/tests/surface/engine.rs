//! The engine: interrupts, and work in the background.

use std::cell::Cell;
use std::future::pending;
use std::sync::mpsc::channel;

use cognitoken_surface::{Engine, Host};

/// A program that is interrupted at a check.
struct Interrupted {
    checks_left: Cell<usize>,
}

#[derive(Debug, PartialEq)]
struct Interrupt;

impl Host for Interrupted {
    type Interrupt = Interrupt;

    fn check_interrupt(&self) -> Result<(), Interrupt> {
        match self.checks_left.get().checked_sub(1) {
            Some(left) => {
                self.checks_left.set(left);
                Ok(())
            }
            None => Err(Interrupt),
        }
    }
}

/// Tells when it is dropped.
struct Told(std::sync::mpsc::Sender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[test]
fn an_interrupt_ends_the_call_and_what_it_holds() {
    let (sender, dropped) = channel();
    let told = Told(sender);
    let future = async move {
        pending::<()>().await;
        drop(told);
    };
    let host = Interrupted { checks_left: Cell::new(1) };
    assert_eq!(Engine::current().unwrap().wait(&host, future), Err(Interrupt));
    dropped.try_recv().expect("the call was dropped");
}

#[test]
fn work_in_the_background_goes_on_while_nobody_waits() {
    let (sender, done) = channel();
    let task = async move {
        tokio::task::yield_now().await;
        sender.send(()).unwrap();
    };
    Engine::current().unwrap().spawn(task).unwrap();
    done.recv().unwrap();
}

#[test]
fn a_call_waits_while_work_in_the_background_goes_on() {
    let (sender, mut receiver) = tokio::sync::oneshot::channel();
    Engine::current().unwrap().spawn(async move { sender.send(7).unwrap() }).unwrap();
    let host = Interrupted { checks_left: Cell::new(usize::MAX) };
    assert_eq!(Engine::current().unwrap().wait(&host, &mut receiver), Ok(Ok(7)));
}
