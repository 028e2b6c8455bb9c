//! The functions that R calls. `entrypoint.c` registers each of them.
//!
//! Each returns a [reply](crate::reply): an error never leaves by way of extendr.

use std::cell::RefCell;
use std::time::SystemTime;

use cognitoken_surface::log::{self, Level};
use cognitoken_surface::{
    Conversation, Engine, Host, MOST_ATTEMPTS, Object, Question, Reply, Work, prepare, rows,
};
use extendr_api::prelude::*;

use crate::host::{Interrupted, MainThread};
use crate::objects::{self, object_of, shown_object};
use crate::parameters;
use crate::reply::{answered, defect, guarded, replied, with_log};
use crate::values::{Arguments, texts_to_r, without_nul};
use crate::vectors;

type Conversing = RefCell<Conversation>;

/// Does an operation. With a conversation, the reply says what follows an answer to a challenge. `columns` is the width of
/// the console that shows what is waited for, 0 for none.
#[extendr]
fn call_operation(operation: Robj, values: Robj, conversation: Robj, verbosity: Robj, columns: Robj) -> Robj {
    let level = level(&verbosity);
    log::set_level(level);
    let reply = guarded(|| {
        let operation = vectors::text(&operation).ok_or_else(defect)?;
        let conversation = match conversation.is_null() {
            true => None,
            false => Some(vectors::pointer::<Conversing>(&conversation).map_err(|_| defect())?),
        };
        let console = vectors::number(&columns).map_or(0, |columns| columns as usize);
        let reply = match outcome(&operation, &Arguments::new(&values), &MainThread::at_console(console)) {
            Ok(reply) => reply,
            Err(Interrupted) => return Ok(list!(interrupted = true).into()),
        };
        let mut conversation = match &conversation {
            Some(conversation) => Some(conversation.addr().try_borrow_mut().map_err(|_| defect())?),
            None => None,
        };
        answered(reply, conversation.as_deref_mut())
    });
    with_log(reply, level)
}

/// The level for `options(cognitoken.verbosity =)`. The log is off unless it is asked for.
fn level(verbosity: &Robj) -> Option<Level> {
    let number = vectors::number(verbosity).map(|number| number as u8).filter(|number| *number > 0);
    number.map(Level::of_verbosity)
}

fn outcome(
    operation: &str,
    values: &Arguments,
    main_thread: &MainThread,
) -> std::result::Result<Reply, Interrupted> {
    let mut work = match prepare(operation, values) {
        Ok(work) => work,
        Err(error) => return Ok(Reply::new(Err(error.into()))),
    };
    loop {
        match work {
            Work::Done(reply) => return Ok(reply),
            Work::Compute(compute) => work = main_thread.outside(compute),
            Work::Wait(future) => {
                let engine = match Engine::current() {
                    Ok(engine) => engine,
                    Err(error) => return Ok(Reply::new(Err(error.into()))),
                };
                let reply = engine.wait(main_thread, future)?;
                if reply.outcome.is_err() {
                    engine.release(main_thread);
                }
                return Ok(reply);
            }
        }
    }
}

/// A conversation about one sign-in, with a person at the console or with a function.
#[extendr]
fn new_conversation(with_a_person: Robj) -> Robj {
    guarded(|| {
        let conversation = match vectors::truth(&with_a_person) {
            Some(true) => Conversation::with_a_person(),
            _ => Conversation::with_a_program(),
        };
        Ok(replied(ExternalPtr::new(RefCell::new(conversation)).into()))
    })
}

/// The question of a challenge, and how it is asked.
#[extendr]
fn question_of(challenge: Robj) -> Robj {
    guarded(|| {
        let Object::Challenge(challenge) = object_of(&challenge, "the challenge")? else {
            return Err(defect());
        };
        let question = Question::of(&challenge);
        let setup = question.setup.iter().map(|line| without_nul(line)).collect::<Vec<_>>();
        Ok(replied(
            list!(
                prompt = without_nul(&question.prompt),
                is_hidden = question.is_hidden,
                is_asked_twice = question.is_asked_twice,
                most_attempts = MOST_ATTEMPTS as i32,
                attributes = texts_to_r(question.attributes.iter().map(|(name, text)| (name, text)))?,
                setup = setup
            )
            .into(),
        ))
    })
}

/// A field of an object.
#[extendr]
fn object_field(object: Robj, name: Robj) -> Robj {
    guarded(|| {
        let field = object_of(&object, "the object")?.field(&vectors::text(&name).unwrap_or_default())?;
        Ok(replied(objects::to_r(&field)?))
    })
}

/// The names of an object's fields.
#[extendr]
fn object_fields(object: Robj) -> Robj {
    guarded(|| {
        let fields = object_of(&object, "the object")?.fields();
        Ok(replied(fields.iter().map(|field| field.name).collect::<Vec<_>>().into()))
    })
}

/// The lines of text that show an object. Neither a store nor the network is asked.
#[extendr]
fn object_text(object: Robj) -> Robj {
    guarded(|| {
        let text = rows::text(&shown_object(&object)?, SystemTime::now());
        Ok(replied(text.lines().collect::<Vec<_>>().into()))
    })
}

/// The table of HTML that shows an object, with the QR code of an authenticator app to set up where that is wanted.
#[extendr]
fn object_html(object: Robj, with_setup: Robj) -> Robj {
    guarded(|| {
        let (object, now) = (shown_object(&object)?, SystemTime::now());
        let html = match vectors::truth(&with_setup) {
            Some(true) => rows::html(&object, now),
            _ => rows::table(&object, now),
        };
        Ok(replied(html.into()))
    })
}

/// The table of parameters, call by call.
#[extendr]
fn table_of_parameters() -> Robj {
    guarded(|| Ok(replied(parameters::table())))
}

/// Waits, at the end of R, for requests that must not be cut off.
#[extendr]
fn finish_requests() -> Robj {
    guarded(|| {
        Engine::finish(&MainThread::at_console(0));
        Ok(replied(Robj::default()))
    })
}
