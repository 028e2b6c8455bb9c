//! `--json`: the result of every verb that has one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, id_token, tokens};

fn parsed(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

async fn signed_in() -> Shell {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    shell
}

#[tokio::test]
async fn token_and_headers_name_what_they_print() {
    let shell = signed_in().await;
    let access = tokens()["AuthenticationResult"]["AccessToken"].clone();
    assert_eq!(parsed(&shell.run(&["token", "--json"])), json!({"id_token": id_token()}));
    assert_eq!(parsed(&shell.run(&["token", "--access", "--json"])), json!({"access_token": access}));
    let headers = json!({"Authorization": format!("Bearer {}", id_token())});
    assert_eq!(parsed(&shell.run(&["headers", "--json"])), headers);
}

#[tokio::test]
async fn status_has_the_fields_of_the_packages() {
    let shell = signed_in().await;
    let status = parsed(&shell.run(&["status", "--json"]));
    let names: Vec<&String> = status.as_object().unwrap().keys().collect();
    let mut expected = [
        "signed_in",
        "who",
        "username",
        "user_pool_id",
        "issuer",
        "client_id",
        "expires_at",
        "refreshable",
        "refresh_token_issued_at",
        "profile",
        "sources",
        "store",
        "protection",
    ];
    expected.sort_unstable();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert!(status["expires_at"].is_i64() && status["client_id"] == "client", "{status}");
    let nobody = Shell::new().await.run(&["status", "--json"]);
    assert_eq!(
        (nobody.code, serde_json::from_str::<Value>(&nobody.out).unwrap()["signed_in"].clone()),
        (4, json!(false))
    );
}

#[tokio::test]
async fn logout_tells_how_far_it_went() {
    let shell = signed_in().await;
    shell.answers("RevokeToken", json!({"Token": REFRESH_TOKEN}), 200, json!({})).await;
    assert_eq!(parsed(&shell.run(&["logout", "--json"])), json!({"outcome": "revoked"}));
    assert_eq!(parsed(&shell.run(&["logout", "--json"])), json!({"outcome": "nothing"}));
    shell.run(&["login"]);
    let all = parsed(&shell.run(&["logout", "--all", "--json"]));
    assert_eq!(
        (&all["stores"][0]["outcomes"], &all["challenges"]),
        (&json!(["revoked"]), &json!(0)),
        "{all}"
    );

    shell.answers("GlobalSignOut", json!({}), 200, json!({})).await;
    for option in ["--everywhere", "--global"] {
        shell.run(&["login"]);
        let logout = parsed(&shell.run(&["logout", option, "--json"]));
        assert_eq!(logout, json!({"outcome": "everywhere"}), "{option}");
    }
}

#[tokio::test]
async fn an_account_tells_where_a_code_went_and_what_is_done() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let delivery = json!({"CodeDeliveryDetails": {
        "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
    }});
    for (verb, operation) in
        [("forgot-password", "ForgotPassword"), ("resend-confirmation", "ResendConfirmationCode")]
    {
        shell.answers(operation, json!({"ClientMetadata": {"why": "test"}}), 200, delivery.clone()).await;
        let sent = shell.run(&["account", verb, "--client-metadata", "why=test", "--json"]);
        let expected =
            json!({"destination": "a***@e***", "delivery_medium": "EMAIL", "attribute_name": "email"});
        assert_eq!(parsed(&sent), expected);
    }
    for operation in
        ["ConfirmForgotPassword", "ConfirmSignUp", "ChangePassword", "GlobalSignOut", "RevokeToken"]
    {
        shell.answers(operation, json!({}), 200, json!({})).await;
    }
    for (arguments, outcome) in [
        (&["confirm-forgot-password", "--code", "123456"][..], "password_set"),
        (&["confirm-sign-up", "--code", "123456"], "confirmed"),
        (&["change-password"], "password_changed"),
        (&["sign-out-everywhere"], "everywhere"),
    ] {
        let arguments = [&["account"][..], arguments, &["--json"]].concat();
        assert_eq!(parsed(&shell.run_with_input(&arguments, "a new password")), json!({"outcome": outcome}));
    }
    let mut revoke = shell.command(&["account", "revoke", "--json"]);
    let revoke = Ran::of(revoke.env("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN).output().unwrap());
    assert_eq!(parsed(&revoke), json!({"outcome": "revoked"}));
}

#[tokio::test]
async fn what_is_json_anyway_takes_the_option_too() {
    let shell = Shell::new().await;
    let decoded = shell.run(&["decode", &id_token()]);
    assert_eq!(parsed(&shell.run(&["decode", "--json", &id_token()])), parsed(&decoded));
    let refused = shell.run(&["verify", "--json", &id_token(), "--user-pool-id", "us-east-1_abc"]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
}

#[tokio::test]
async fn the_options_of_a_sign_in_reach_the_service() {
    let shell = Shell::new().await;
    let asked = json!({
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD, "MAX_AGE": "60"},
        "ClientMetadata": {"why": "a=b"},
    });
    shell.answers("InitiateAuth", asked, 200, tokens()).await;
    let given = ["--parameter", "MAX_AGE=60", "--client-metadata", "why=a=b"];
    for verb in [&["login"][..], &["token", "--store", "memory"]] {
        let ran = shell.run(&[verb, &given].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let nameless = shell.run(&["login", "--client-metadata", "why"]);
    assert!(nameless.code == 2 && nameless.err.contains("there is no `=` in it"), "{}", nameless.err);
}
