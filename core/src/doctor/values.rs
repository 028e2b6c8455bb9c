//! Where each value comes from, and whether they fit together.

use super::{Check, CheckState};
use crate::address::{self, parse_service_url};
use crate::config::{
    Class, ClientValues, Domain, GatheredClient, Region, Sourced, UserPoolId, VARIABLES, ValueSource, Values,
    Variable, explicit_way, present, region_variable, valid_client_id,
};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;
use crate::session::SessionRequest;
use crate::store::{SealingKey, StorePlace};
use crate::summary::Summary;

const GROUP: &str = "values";

const REGIONS: [&str; 3] = ["COGNITO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"];

pub(super) fn check(transport: &Transport, request: &SessionRequest) -> Vec<Check> {
    let environment = request.environment();
    let mut checks: Vec<Check> =
        environment.fault().map(|fault| Check::failed(GROUP, ".env", fault)).into_iter().collect();
    checks.extend(environment.left_out_file().map(|why| Check::new(GROUP, ".env", CheckState::Note, why)));
    let given = given(request);
    let values = request.values();
    let mut absent = Vec::new();
    for variable in VARIABLES {
        let name = variable.name;
        if let Some((_, error)) = environment.unreadable().iter().find(|(unreadable, _)| *unreadable == name)
        {
            checks.push(Check::failed(GROUP, name, error));
            continue;
        }
        match (environment.source(name), given.contains(&name)) {
            (Some(source), true) => {
                let finding = format!("given as an argument; what {} says is not used", source.as_str());
                checks.push(Check::new(GROUP, name, CheckState::Note, finding));
            }
            // A program may have a store of its own by default; where it is, is told with the store.
            (None, true) if name == "COGNITO_STORE" => {}
            (None, true) => checks.push(Check::good(GROUP, name, "given as an argument")),
            (Some(_), false) => checks.push(found(transport, request, &values, &given, variable)),
            (None, false) => absent.push(name),
        }
    }
    checks.push(Check::good(GROUP, "not set", absent.join(", ")));
    checks
}

/// The variables in whose place something was given. An empty argument is an absent one.
fn given(request: &SessionRequest) -> Vec<&'static str> {
    let sign_in = &request.sign_in;
    let client = client_of(request);
    let text = |value: &Option<String>| present(value.clone()).is_some();
    let all = [
        ("COGNITO_USER_NAME", text(&sign_in.username)),
        ("COGNITO_PASSWORD", sign_in.password.as_ref().is_some_and(|given| !given.expose().is_empty())),
        ("COGNITO_TOTP_SECRET", sign_in.totp_secret.as_ref().is_some_and(|given| !given.expose().is_empty())),
        (
            "COGNITO_REFRESH_TOKEN",
            request.refresh_token.as_ref().is_some_and(|given| !given.expose().is_empty()),
        ),
        ("COGNITO_ID_TOKEN", request.id_token.as_ref().is_some_and(|given| !given.expose().is_empty())),
        ("COGNITO_DEVICE_KEY", text(&request.device_key) || sign_in.device.is_some()),
        ("COGNITO_CLIENT_ID", text(&client.client_id)),
        ("COGNITO_CLIENT_SECRET", client.has_secret()),
        ("COGNITO_REGION", text(&client.region)),
        ("COGNITO_USER_POOL_ID", text(&client.user_pool_id)),
        ("COGNITO_ENDPOINT", text(&client.endpoint)),
        ("COGNITO_DOMAIN", request.client_credentials.as_ref().is_some_and(|request| text(&request.domain))),
        ("COGNITO_STORE", text(&request.store)),
    ];
    all.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect()
}

fn client_of(request: &SessionRequest) -> &ClientValues {
    request.client_credentials.as_ref().map_or(&request.sign_in.client, |request| &request.client)
}

/// One variable that is set, and that no argument takes the place of.
fn found(
    transport: &Transport,
    request: &SessionRequest,
    values: &Values,
    given: &[&str],
    variable: &Variable,
) -> Check {
    let Variable { name, class, .. } = *variable;
    let Some((value, source)) = request.environment().look_at(name) else {
        return Check::good(GROUP, name, "not set");
    };
    let place = source.as_str();
    // What is malformed may be a password in the wrong place: it is not shown.
    let fault = fault(transport, request, values, variable, value);
    let is_private = class.is_secret() || (class == Class::Store && has_secret(value));
    let shown = match (is_private || (class == Class::Store && fault.is_some()), class.is_address()) {
        (true, _) => "set (hidden)".to_owned(),
        (false, true) if fault.is_some() => "set".to_owned(),
        (false, true) => address::shown(value),
        (false, false) => value.to_owned(),
    };
    if let Some(why_not) = left_out(values, variable) {
        let finding = format!("{shown}, from {place}, and not used");
        return Check::new(GROUP, name, CheckState::Note, finding).with_fix(why_not);
    }
    if let Some(first) = earlier_region(values, given, name) {
        let finding = format!("from {place}, and not used: {first} goes before it");
        return Check::good(GROUP, name, finding);
    }
    if let Some(fault) = fault {
        return Check::failed(GROUP, name, &fault).found_in(place);
    }
    let finding = format!("{shown}, from {place}");
    match name {
        "COGNITO_ID_TOKEN" => Check::new(
            GROUP,
            name,
            CheckState::Note,
            format!("{finding}: this one token is given out, and nothing is stored, refreshed or signed in"),
        ),
        _ => Check::good(GROUP, name, finding),
    }
}

/// What to do about a value of `.env` that does not count; `None` where it counts.
fn left_out(values: &Values, variable: &Variable) -> Option<String> {
    values.get(variable.name).is_none().then(|| {
        format!(
            "A .env file must not say where your secrets go, or what is believed, unless all of them are in it too. If \
             you trust it, {}",
            explicit_way(variable)
        )
    })
}

/// What decides on the region in the place of this variable.
fn earlier_region(values: &Values, given: &[&str], name: &str) -> Option<&'static str> {
    if !REGIONS.contains(&name) {
        return None;
    }
    if given.contains(&REGIONS[0]) {
        return Some("the argument region");
    }
    let pool = "COGNITO_USER_POOL_ID";
    let knows_pool = given.contains(&pool) || values.get(pool).is_some();
    match region_variable(values, knows_pool) {
        Some(first) if first == name => None,
        Some(first) => Some(first),
        None => Some("the region in the user pool's id"),
    }
}

/// A store's address may hold a password; what is no store at all may be one.
fn has_secret(value: &str) -> bool {
    value.contains(['@', '?']) || StorePlace::parse(value).is_err()
}

/// What is wrong with a value, taken by itself.
fn fault(
    transport: &Transport,
    request: &SessionRequest,
    values: &Values,
    Variable { name, class, .. }: &Variable,
    value: &str,
) -> Option<Error> {
    let text = value.trim();
    match *name {
        "COGNITO_CLIENT_ID" => valid_client_id(text.to_owned()).err(),
        "COGNITO_USER_POOL_ID" => UserPoolId::parse(text).err(),
        "COGNITO_REGION" | "AWS_REGION" | "AWS_DEFAULT_REGION" => Region::parse(value).err(),
        "COGNITO_DOMAIN" => {
            // Where no region is known, any one does to tell whether it is a domain at all.
            let known = client(request).and_then(|client| client.region()).ok().map(|region| region.value);
            let region = known.or_else(|| Region::parse("us-east-1").ok())?;
            let given = Some(text.to_owned());
            Domain::resolve(given, values, &region, Default::default()).err()
        }
        _ if class.is_address() => parse_service_url(name, value).err(),
        _ => match class {
            Class::StoreKey | Class::BundleKey => SealingKey::from_text(name, value).err(),
            Class::FixedToken => fixed_token_fault(transport, text),
            _ => None,
        },
    }
}

fn fixed_token_fault(transport: &Transport, token: &str) -> Option<Error> {
    let now = transport.clock().now();
    match Summary::of_token(token) {
        Err(error) => Some(error),
        Ok(summary) if summary.expires_at <= now => {
            let message = format!("the fixed ID token {}", summary.expiry(now));
            Some(
                Error::new(ErrorKind::TokenExpired, "TokenExpired", message)
                    .with_hint("Set COGNITO_ID_TOKEN anew, or unset it and let the session refresh."),
            )
        }
        Ok(_) => None,
    }
}

/// The client as far as it is known without asking anybody.
pub(super) fn client(request: &SessionRequest) -> Result<GatheredClient> {
    client_of(request).clone().gather(&request.values())
}

/// What follows from the values, and whether they fit together. `are_stored`: they are those of the stored sign-in.
pub(super) fn together(request: &SessionRequest, are_stored: bool) -> Vec<Check> {
    match request.known(&request.values()).and_then(|client| consequences(&client, are_stored)) {
        Ok(checks) => checks,
        Err(error) => vec![Check::failed(GROUP, "together", &error)],
    }
}

fn consequences(client: &GatheredClient, are_stored: bool) -> Result<Vec<Check>> {
    const STORED: &str = "the stored sign-in";
    let source = |source: ValueSource| if are_stored { STORED.to_owned() } else { source.to_string() };
    let Sourced { value: region, source: region_source } = client.region()?;
    let Sourced { value: endpoint, source: endpoint_source } = client.endpoint()?;
    let discovery = match client.discovery_variable() {
        Some(variable) if region_source == ValueSource::Default => {
            format!(", unless {variable} names another")
        }
        _ => String::new(),
    };
    let by = format!("{region}, by {}{discovery}", source(region_source));
    let mut checks = vec![
        match client.replica_of()? {
            None => Check::good(GROUP, "region", by),
            Some(pool) => {
                let finding = format!("{by}; the user pool {pool} is called there as a replica");
                Check::new(GROUP, "region", CheckState::Note, finding).with_fix(format!(
                    "If the pool has no replica in {region}, leave the region out, or set COGNITO_REGION to {}.",
                    pool.region()
                ))
            }
        },
        Check::good(GROUP, "endpoint", format!("{endpoint}, by {}", source(endpoint_source))),
    ];
    checks.push(match (client.config()?, client.discovery_variable()) {
        (Some(config), discovery) => match (&config.user_pool_id, discovery) {
            (Some(pool), _) if are_stored => {
                Check::good(GROUP, "app client", format!("{} of pool {pool}, by {STORED}", config.client_id))
            }
            (Some(pool), _) => {
                Check::good(GROUP, "app client", format!("{} of pool {pool}", config.client_id))
            }
            (None, Some(variable)) => {
                let finding = format!("{}; its pool is to be discovered by {variable}", config.client_id);
                Check::good(GROUP, "app client", finding)
            }
            (None, None) => {
                let finding = format!("{} of an unknown pool: no SRP, no verification", config.client_id);
                Check::new(GROUP, "app client", CheckState::Note, finding)
                    .with_fix("Set COGNITO_USER_POOL_ID, if you know it.")
            }
        },
        (None, Some(variable)) => Check::good(GROUP, "app client", format!("to be discovered by {variable}")),
        (None, None) => Check::new(GROUP, "app client", CheckState::Bad, "no client id is given")
            .with_fix("Sign in, or set COGNITO_CLIENT_ID, in the environment or in .env."),
    });
    Ok(checks)
}
