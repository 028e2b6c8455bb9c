//! Checks of the values: the source of each, and whether they fit together.

use super::{Check, CheckState};
use crate::address::{self, parse_service_url};
use crate::config::{
    Class, ClientValues, Domain, Environment, GatheredClient, Region, Source, Sourced, UserPoolId, VARIABLES,
    ValueSource, Values, Variable, explicit_way, find_variable, log_level, present, region_variable,
    valid_client_id,
};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;
use crate::session::SessionRequest;
use crate::store::{SealingKey, StorePlace};
use crate::summary::Summary;

const GROUP: &str = "values";

const REGIONS: [&str; 3] = ["COGNITO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"];

pub(super) fn check(transport: &Transport, request: &SessionRequest) -> Vec<Check> {
    let given = given(request);
    let values = request.values();
    let environment = values.environment();
    let mut checks = files(&request.sign_in.environment);
    checks.push(profile(request, environment));
    let mut absent = Vec::new();
    for variable in VARIABLES {
        let name = variable.name;
        if let Some((_, error)) = environment.unreadable().iter().find(|(unreadable, _)| *unreadable == name)
        {
            checks.push(Check::failed(GROUP, name, error));
            continue;
        }
        let source = environment.look_at(name).map(|(_, source)| source);
        match (source, given.contains(&variable.file_of.unwrap_or(name))) {
            (Some(source), true) => {
                let finding = format!("given as an argument; the value of {} is not used", source.as_str());
                checks.push(Check::new(GROUP, name, CheckState::Note, finding));
            }
            // A program may have a default store of its own, which the check of the store reports.
            (None, true) if name == "COGNITO_STORE" => {}
            (None, true) if variable.file_of.is_some() => absent.push(name),
            (None, true) => checks.push(Check::good(GROUP, name, "given as an argument")),
            (Some(_), false) => checks.push(found(transport, request, &values, &given, variable)),
            (None, false) => absent.push(name),
        }
    }
    checks.push(Check::good(GROUP, "not set", absent.join(", ")));
    checks
}

/// The files of values that cannot be read, or are not.
fn files(environment: &Environment) -> Vec<Check> {
    let faults = [(".env", environment.fault()), ("profile", environment.profile_fault())];
    let failed = faults.into_iter().filter_map(|(name, fault)| Some(Check::failed(GROUP, name, fault?)));
    let left_out = environment.left_out_files();
    failed.chain(left_out.map(|reason| Check::new(GROUP, "files", CheckState::Note, reason))).collect()
}

/// The profile that answers, and the values that come from it.
fn profile(request: &SessionRequest, narrowed: &Environment) -> Check {
    let selected = request.sign_in.environment.profile_name();
    match (selected, narrowed.profile_name()) {
        (_, Some(name)) => {
            let from_profile = |variable: &&Variable| narrowed.is_from_profile(variable.name);
            let names: Vec<&str> = VARIABLES.iter().filter(from_profile).map(|row| row.name).collect();
            Check::good(GROUP, "profile", format!("{name}, which gives {}", names.join(", ")))
        }
        (Some(name), None) => {
            let finding = format!("{name} is not used: the values are of another client");
            Check::new(GROUP, "profile", CheckState::Note, finding)
        }
        (None, None) => Check::good(GROUP, "profile", "none"),
    }
}

/// The variables that an argument replaces. An empty argument is an absent one.
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

/// Checks one variable that is set, and that no argument replaces.
fn found(
    transport: &Transport,
    request: &SessionRequest,
    values: &Values,
    given: &[&str],
    variable: &Variable,
) -> Check {
    let Variable { name, class, .. } = *variable;
    let environment = values.environment();
    let Some((value, source)) = environment.look_at(name) else {
        return Check::good(GROUP, name, "not set");
    };
    let source = source.as_str();
    // A malformed value is not shown: it may be a password in the wrong variable.
    let error = error_in(transport, request, values, variable, value);
    let is_private = class.is_secret() || (class == Class::Store && has_secret(value));
    let shown = match (is_private || (class == Class::Store && error.is_some()), class.is_address()) {
        (true, _) => "set (hidden)".to_owned(),
        (false, true) if error.is_some() => "set".to_owned(),
        (false, false) if class == Class::SecretFile => "set".to_owned(),
        (false, true) => address::shown(value),
        (false, false) => value.to_owned(),
    };
    if let Some(fix) = left_out(values, variable) {
        let finding = format!("{shown}, from {source}, and not used");
        return Check::new(GROUP, name, CheckState::Note, finding).with_fix(fix);
    }
    if let Some(first) = earlier_file(environment, name).or_else(|| earlier_region(values, given, name)) {
        let finding = format!("from {source}, and not used: {first} takes precedence");
        return Check::good(GROUP, name, finding);
    }
    if let Some(error) = error {
        return Check::failed(GROUP, name, &error).found_in(source);
    }
    let finding = format!("{shown}, from {source}");
    match name {
        "COGNITO_ID_TOKEN" => Check::new(
            GROUP,
            name,
            CheckState::Note,
            format!("{finding}: only this token is returned; nothing is stored, refreshed or signed in"),
        ),
        _ if is_empty_file(environment, variable) => {
            Check::new(GROUP, name, CheckState::Note, format!("{finding}: the file is empty"))
        }
        _ => Check::good(GROUP, name, finding),
    }
}

/// The next step for a value of `.env` that does not count; `None` for one that counts.
fn left_out(values: &Values, variable: &Variable) -> Option<String> {
    let why = match variable.class {
        Class::SecretFile => "A .env file must not say which of your files is read and sent as a secret.",
        _ => {
            "A .env file must not say where your secrets go, or what is believed, unless all of them are in it too."
        }
    };
    let is_left_out = values.environment().source(variable.name) == Some(Source::DotEnv)
        && !values.is_from_dotenv(variable.name);
    is_left_out.then(|| format!("{why} If you trust it, {}", explicit_way(variable)))
}

/// The variable of the process that names a file for a secret which `.env` gives too.
fn earlier_file(environment: &Environment, name: &str) -> Option<&'static str> {
    let (_, source) = environment.look_at(name)?;
    let file = VARIABLES.iter().find(|variable| variable.file_of == Some(name))?.name;
    (environment.source(name) != Some(source)).then_some(file)
}

/// Returns whether the variable names a file without content, which counts as no value.
fn is_empty_file(environment: &Environment, variable: &Variable) -> bool {
    variable.file_of.is_some_and(|name| matches!(environment.secret_of_process(name), Ok(None)))
}

/// The value that decides on the region before this variable does.
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

/// Returns whether the value may hold a secret: the address of a store may hold a password, and a value that names no
/// store may be one.
fn has_secret(value: &str) -> bool {
    value.contains(['@', '?']) || StorePlace::parse(value).is_err()
}

/// The problem of a value by itself.
fn error_in(
    transport: &Transport,
    request: &SessionRequest,
    values: &Values,
    variable: &Variable,
    value: &str,
) -> Option<Error> {
    let Variable { name, class, .. } = variable;
    let text = value.trim();
    match *name {
        "COGNITO_CLIENT_ID" => valid_client_id(text.to_owned()).err(),
        "COGNITO_USER_POOL_ID" => UserPoolId::parse(text).err(),
        "COGNITO_REGION" | "AWS_REGION" | "AWS_DEFAULT_REGION" => Region::parse(value).err(),
        "COGNITO_DOMAIN" => {
            // If no region is known, any one serves to check the form of the domain.
            let known = client(request).and_then(|client| client.region()).ok().map(|region| region.value);
            let region = known.or_else(|| Region::parse("us-east-1").ok())?;
            let given = Some(text.to_owned());
            Domain::resolve(given, values, &region, Default::default()).err()
        }
        _ if class.is_address() => parse_service_url(name, value).err(),
        _ => match class {
            Class::StoreKey | Class::BundleKey => SealingKey::from_text(name, value).err(),
            Class::FixedToken => fixed_token_error(transport, text),
            Class::SecretFile => secret_file_error(values.environment(), variable),
            Class::Log => log_level(text).err(),
            _ => None,
        },
    }
}

/// The problem of a file that a variable names. Of its content only the form of a key is checked.
fn secret_file_error(environment: &Environment, Variable { name, file_of, .. }: &Variable) -> Option<Error> {
    let of = find_variable((*file_of)?)?;
    match (environment.secret_of_process(of.name), of.class) {
        (Err(error), _) => Some(error),
        (Ok(Some(key)), Class::StoreKey | Class::BundleKey) => SealingKey::from_text(name, key.text).err(),
        (Ok(_), _) => None,
    }
}

fn fixed_token_error(transport: &Transport, token: &str) -> Option<Error> {
    let now = transport.clock().now();
    match Summary::of_token(token) {
        Err(error) => Some(error),
        Ok(summary) if summary.expires_at <= now => {
            let message = format!("the fixed ID token {}", summary.expiry(now));
            Some(
                Error::new(ErrorKind::TokenExpired, "TokenExpired", message).with_hint(
                    "Set COGNITO_ID_TOKEN to a new token, or unset it and let the session refresh.",
                ),
            )
        }
        Ok(_) => None,
    }
}

/// The client as far as it is known without a request.
pub(super) fn client(request: &SessionRequest) -> Result<GatheredClient> {
    client_of(request).clone().gather(&request.values())
}

/// Checks the consequences of the values, and whether they fit together. `are_stored` is `true` for those of the stored
/// sign-in.
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
