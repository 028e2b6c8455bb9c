//! Values of one process, where the number of the process does not tell a child from its parent. Alone in its
//! file: a fork is counted for the whole process.

use std::convert::Infallible;

use cognitoken::binding::{PerProcess, Process, after_fork};

fn of(place: &PerProcess<&'static str>, value: &'static str) -> &'static str {
    let Ok(made) = place.get_or_try_init(|_| Ok::<_, Infallible>(value));
    made
}

#[test]
fn a_child_with_its_parents_number_makes_its_own() {
    let place = PerProcess::new();
    let parent = Process::current();
    assert_eq!(of(&place, "the parent's"), "the parent's");

    after_fork();
    assert_ne!(Process::current(), parent);
    assert_eq!(place.get(), None);
    assert_eq!(of(&place, "the child's"), "the child's");
    assert_eq!(place.get(), Some(&"the child's"));
}
