//! The words for a wait: a host gets them after a second, and is told that they are over, however the call ends.

use std::cell::{Cell, RefCell};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use cognitoken::{ClientValues, Environment, SignInRequest};
use cognitoken_surface::{Engine, Host, cognito};

/// The event at the first check for an interrupt after the words came.
#[derive(Clone, Copy)]
enum Event {
    Nothing,
    Interrupt,
    Panic,
}

/// A program that notes what it is told, each change once.
struct Program {
    event: Event,
    told: RefCell<Vec<Option<String>>>,
    /// The number of times that it cannot show anything because of an interrupt.
    refusals: Cell<usize>,
}

#[derive(Debug, PartialEq)]
struct Interrupt;

impl Program {
    fn new(event: Event) -> Self {
        Self { event, told: RefCell::default(), refusals: Cell::new(0) }
    }
}

impl Host for Program {
    type Interrupt = Interrupt;

    fn check_interrupt(&self) -> Result<(), Interrupt> {
        match self.event {
            Event::Interrupt if !self.told.borrow().is_empty() => Err(Interrupt),
            Event::Panic if !self.told.borrow().is_empty() => panic!("at a check"),
            _ => Ok(()),
        }
    }

    fn show_wait(&self, words: Option<&str>) -> Result<(), Interrupt> {
        if let Some(left) = self.refusals.get().checked_sub(1).filter(|_| words.is_none()) {
            self.refusals.set(left);
            return Err(Interrupt);
        }
        let words = words.map(str::to_owned);
        if self.told.borrow().last() != Some(&words) {
            self.told.borrow_mut().push(words);
        }
        Ok(())
    }
}

/// Signs in at a service that never answers. Returns its host and the outcome.
fn sign_in(program: &Program) -> (String, Result<bool, Interrupt>) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = silent.local_addr().unwrap().to_string();
    let request = SignInRequest {
        username: Some("ada".into()),
        password: Some("password".into()),
        client: ClientValues {
            client_id: Some("client".into()),
            endpoint: Some(format!("http://{host}")),
            timeout: Some(Duration::from_millis(1500)),
            ..ClientValues::default()
        },
        ..SignInRequest::new(Environment::empty())
    };
    let call = async { cognito().sign_in(request).await.is_ok() };
    (host, Engine::current().unwrap().wait(program, call))
}

#[test]
fn words_come_after_a_second_and_are_over_with_the_call() {
    let program = Program::new(Event::Nothing);
    let (host, outcome) = sign_in(&program);
    assert_eq!(outcome, Ok(false));
    assert_eq!(program.told.into_inner(), [Some(format!("waiting for {host}")), None]);
}

#[test]
fn words_are_over_after_an_interrupt() {
    let program = Program::new(Event::Interrupt);
    let (host, outcome) = sign_in(&program);
    assert_eq!(outcome, Err(Interrupt));
    assert_eq!(program.told.into_inner(), [Some(format!("waiting for {host}")), None]);
}

#[test]
fn words_are_over_after_a_panic() {
    let program = Program::new(Event::Panic);
    assert!(catch_unwind(AssertUnwindSafe(|| sign_in(&program))).is_err());
    assert!(matches!(&program.told.into_inner()[..], [Some(_), None]));
}

#[test]
fn words_that_an_interrupt_kept_from_ending_are_taken_away_all_the_same() {
    let program = Program { refusals: Cell::new(1), ..Program::new(Event::Nothing) };
    let (_, outcome) = sign_in(&program);
    assert_eq!(outcome, Err(Interrupt));
    assert!(matches!(&program.told.into_inner()[..], [Some(_), None]));
}

#[test]
fn a_short_call_tells_nothing() {
    let program = Program::new(Event::Nothing);
    assert_eq!(Engine::current().unwrap().wait(&program, async { 7 }), Ok(7));
    assert!(program.told.into_inner().is_empty());
}
