//! Whether tokens can rest where they are meant to.

use std::time::Duration;

use super::{Check, CheckState};
use crate::error::Result;
use crate::session::{SessionRequest, StoreReport, examine_store};

const GROUP: &str = "store";

/// How long a lock is waited for that nobody should hold.
const LIMIT: Duration = Duration::from_secs(5);

pub(super) async fn check(request: &SessionRequest) -> Vec<Check> {
    match report(request).await {
        Ok(checks) => checks,
        Err(error) => vec![Check::failed(GROUP, "store", &error)],
    }
}

async fn report(request: &SessionRequest) -> Result<Vec<Check>> {
    let StoreReport { place, protection, is_sealed, identities, notices } =
        examine_store(request, LIMIT).await?;
    let mut checks = vec![Check::good(GROUP, "store", format!("{place}; its lock can be had"))];
    let state = if is_sealed || place == "memory" { CheckState::Good } else { CheckState::Note };
    checks.push(Check::new(GROUP, "protection", state, protection));
    checks.extend(notices.into_iter().map(|notice| Check::new(GROUP, "entry", CheckState::Note, notice)));
    let who = match identities.as_slice() {
        [] => "nobody's tokens are stored".to_owned(),
        list => format!("tokens of {}", list.join("; ")),
    };
    checks.push(Check::good(GROUP, "stored", who));
    Ok(checks)
}
