//! No secret is in a line, though every flow runs and the service repeats all it knows.

use super::collector;
use super::secrets::{MARK, Secrets, secret};
use super::{flows, flows_elsewhere};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_flow_writes_a_secret() {
    collector::install();
    let mut secrets = Secrets::default();
    secrets.add(MARK);
    for name in [
        "password", "client", "access", "id", "refresh", "session", "code", "new", "app", "metadata",
        "step-up",
    ] {
        secrets.add(secret(name));
    }
    flows::signs_in(&mut secrets).await;
    flows::answers_challenges(&mut secrets).await;
    flows::remembers_a_device(&mut secrets).await;
    flows::uses_tokens(&mut secrets).await;
    flows::works_on_the_account(&mut secrets).await;
    flows_elsewhere::takes_a_token_of_the_client(&mut secrets).await;
    flows_elsewhere::signs_in_on_the_page(&mut secrets).await;
    flows_elsewhere::keeps_a_session(&mut secrets).await;
    #[cfg(feature = "redis")]
    flows_elsewhere::names_a_server(&mut secrets).await;
    flows_elsewhere::takes_aws_credentials(&mut secrets).await;
    flows_elsewhere::verifies(&mut secrets).await;
    flows_elsewhere::reads_secrets_from_files(&mut secrets).await;
    flows_elsewhere::discovers_and_examines(&mut secrets).await;

    let lines = collector::lines();
    assert!(secrets.count() > 60, "{}", secrets.count());
    for target in [
        "http",
        "session",
        "store",
        "sign_in",
        "renewal",
        "sso",
        "oauth",
        "verifier",
        "discovery",
        "notices",
        "identity_pool",
    ] {
        let target = format!(" cognitoken::{target} ");
        assert!(lines.iter().any(|line| line.contains(&target)), "no line of {target}");
    }
    let found = secrets.found_in(&lines);
    assert!(found.is_empty(), "{} lines show a secret:\n{}", found.len(), found.join("\n"));
}
