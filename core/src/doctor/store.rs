//! Whether tokens can rest where they are meant to.

use std::time::{Duration, SystemTime};

use super::{Check, CheckState};
use crate::error::Result;
use crate::http::Transport;
use crate::session::{SessionRequest, StoreReport, StoredSignIn, store_report};

const GROUP: &str = "store";

/// How long a lock is waited for that nobody should hold.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

pub(super) async fn check(transport: &Transport, request: &SessionRequest) -> Vec<Check> {
    match report(transport, request).await {
        Ok(checks) => checks,
        Err(error) => vec![Check::failed(GROUP, "store", &error)],
    }
}

async fn report(transport: &Transport, request: &SessionRequest) -> Result<Vec<Check>> {
    let StoreReport { place, protection, is_sealed, sign_ins, notices } =
        store_report(request, LIMIT).await?;
    let mut checks = vec![Check::good(GROUP, "store", format!("{place}; its lock can be had"))];
    let state = if is_sealed || place == "memory" { CheckState::Good } else { CheckState::Note };
    checks.push(Check::new(GROUP, "protection", state, protection));
    checks.extend(notices.into_iter().map(|notice| Check::new(GROUP, "entry", CheckState::Note, notice)));
    let now = transport.clock().now();
    checks.extend(sign_ins.iter().map(|sign_in| stored(sign_in, now)));
    if sign_ins.is_empty() {
        checks.push(Check::good(GROUP, "stored", "nobody's tokens are stored"));
    }
    Ok(checks)
}

/// Whether a stored sign-in is of any use still.
fn stored(sign_in: &StoredSignIn, now: SystemTime) -> Check {
    let StoredSignIn { whose, summary } = sign_in;
    let finding = format!("tokens of {whose}: {}", summary.expiry(now));
    if summary.refreshable {
        return Check::good(GROUP, "stored", format!("{finding}, and can be refreshed"));
    }
    let state = if summary.expires_at > now { CheckState::Good } else { CheckState::Note };
    let check = Check::new(GROUP, "stored", state, format!("{finding}, and cannot be refreshed"));
    if state == CheckState::Good { check } else { check.with_fix("Sign in again.") }
}
