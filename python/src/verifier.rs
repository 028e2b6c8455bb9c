//! Verification of tokens.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::binding::PerProcess;
use cognitoken::{
    Claims, Cognito, Environment, Result, SessionRequest, VerifierOptions, leeway_from_seconds,
    refused_by_check, timeout_from_seconds, with_stored_client,
};
use pyo3::exceptions::{PyException, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyDateTime, PyDict, PyList, PyTzInfoAccess};

use crate::awaitable::{Coroutine, awaitable};
use crate::exception;
use crate::gate;
use crate::json::{self, PythonClaims};
use crate::runtime::{cognito, wait};
use crate::warnings::warn_of_values;

/// Verifies tokens of one or several user pools.
///
/// Checks the signature (RS256 only, with a key of the token's own pool), the issuer, the client, the use and the time of
/// a token; groups, scopes and a check of your own on request. The keys of a pool are fetched when they are first needed
/// and shared by all threads. Create a Verifier once and use it for many tokens.
///
/// Fetched keys are valid for an hour. The next token after that fetches them again, so that a key which the pool has
/// withdrawn is refused. If that fetch fails, the present keys stay in use.
///
/// Parameters
/// ----------
/// user_pool_id : str or list of str, optional
///     The ids of the trusted pools, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``, unless the issuer is
///     given). A token is verified with the keys of its own pool alone.
/// client_id : str or list of str, optional
///     The app clients whose tokens are accepted: ``aud`` of an ID token, ``client_id`` of an access token
///     (``COGNITO_CLIENT_ID``). Only :data:`ANY` accepts the tokens of any client.
/// token_use : str, default "id"
///     ``"id"`` or ``"access"``; :data:`ANY` accepts both.
/// issuer : str or list of str, optional
///     The exact issuers, in place of those of the pools (``COGNITO_ISSUER``).
/// jwks_url : str, optional
///     The address of the keys of a single pool, in place of ``<issuer>/.well-known/jwks.json`` (``COGNITO_JWKS_URL``).
///     ``https``, or ``http`` on this machine.
/// jwks : dict, optional
///     The keys themselves (RFC 7517) of a single pool. Nothing is fetched then, and the keys do not expire.
/// leeway : float, default 0.0
///     The accepted difference between clocks in seconds, for ``exp`` and ``nbf``.
/// groups : list of str, optional
///     The groups (``cognito:groups``) of which the user has to be in one.
/// scopes : list of str, optional
///     The scopes of which an access token has to hold one.
/// timeout : float, default 30.0
///     The time limit in seconds of a call that has to fetch keys, retries included.
/// check : callable, optional
///     Called with the claims of each token that has passed all other checks. An exception that it raises refuses the
///     token and propagates as it is. It returns None or True to accept the token, False to refuse it.
///
/// Raises
/// ------
/// ConfigError
///     A value is missing or malformed.
///
/// Notes
/// -----
/// If neither arguments nor variables name the pool or the client, those of the sign-in that is stored in
/// ``COGNITO_STORE`` are used.
///
/// The rules are those of RFC 7519 and of
/// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> tokens = cognitoken.login()
/// >>> verifier = cognitoken.Verifier()  # COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID
/// >>> claims = verifier.verify(tokens.id_token)
/// >>> claims["token_use"]
/// 'id'
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Verifier {
    options: VerifierOptions,
    verifier: PerProcess<cognitoken::Verifier>,
    /// The caller's own check. Applied where the interpreter is held, after the core has accepted the token.
    check: Option<Py<PyAny>>,
}

#[pymethods]
impl Verifier {
    #[new]
    // The signature is given as text because pyo3 does not show defaults that are `Some`.
    #[pyo3(
        signature = (
            user_pool_id=None, client_id=None, token_use=None, *,
            issuer=None, jwks_url=None, jwks=None, leeway=0.0, groups=None, scopes=None, timeout=30.0, check=None,
        ),
        text_signature = "(user_pool_id=None, client_id=None, token_use=\"id\", *, issuer=None, jwks_url=None, \
            jwks=None, leeway=0.0, groups=None, scopes=None, timeout=30.0, check=None)",
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python class, each with its name")]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = pool_ids)] user_pool_id: Option<OneOrMany>,
        client_id: Option<OrAny<OneOrMany>>,
        token_use: Option<OrAny<Use>>,
        #[pyo3(from_py_with = issuers)] issuer: Option<OneOrMany>,
        jwks_url: Option<String>,
        jwks: Option<Bound<'_, PyDict>>,
        leeway: f64,
        groups: Option<Vec<String>>,
        scopes: Option<Vec<String>>,
        timeout: f64,
        check: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        if check.as_ref().is_some_and(|check| !check.bind(py).is_callable()) {
            return Err(PyTypeError::new_err("check has to be callable or None"));
        }
        let jwks = jwks.map(|jwks| json::from_python(&jwks)).transpose()?;
        let options = || {
            let mut given = VerifierOptions::new()
                .with_jwks_url(jwks_url.unwrap_or_default())
                .with_leeway(leeway_from_seconds(leeway)?)
                .with_timeout(timeout_from_seconds(timeout)?);
            given = match user_pool_id {
                Some(OneOrMany::One(id)) => given.with_user_pool_id(id),
                Some(OneOrMany::Many(ids)) => given.with_user_pool_ids(ids),
                None => given,
            };
            given = match client_id {
                Some(OrAny::Any) => given.any_client(),
                Some(OrAny::Value(OneOrMany::One(id))) => given.with_client_id(id),
                Some(OrAny::Value(OneOrMany::Many(ids))) => given.with_client_ids(ids),
                None => given,
            };
            given = match issuer {
                Some(OneOrMany::One(issuer)) => given.with_issuer(issuer),
                Some(OneOrMany::Many(issuers)) => given.with_issuers(issuers),
                None => given,
            };
            given = match token_use {
                Some(OrAny::Any) => given.any_token_use(),
                Some(OrAny::Value(Use(name))) if !name.trim().is_empty() => {
                    given.with_token_use(name.parse()?)
                }
                _ => given,
            };
            (given.jwks, given.groups, given.scopes) = (jwks, groups, scopes);
            let environment = Environment::read()?;
            Ok((given.with_environment(&environment), environment))
        };
        let (mut options, environment) = options().map_err(|error| exception::from_core(py, &error))?;
        if options.lacks_pool_or_client() {
            // The store is read only then: most verifiers have all values, and start no thread.
            let request = SessionRequest::new(environment);
            options = wait(py, |_| async move { Ok(with_stored_client(options, &request).await) })?;
        }
        warn_of_values(py, std::mem::take(&mut options.notices))?;
        let made = Self { options, verifier: PerProcess::new(), check };
        made.core(py)?;
        Ok(made)
    }

    /// Verify a token and return its claims.
    ///
    /// Parameters
    /// ----------
    /// jwt : str
    ///     The token.
    /// now : float or datetime.datetime, optional
    ///     The time to verify at: seconds since 1970-01-01T00:00:00Z, or a datetime with a time zone. Default: this
    ///     machine's time.
    ///
    /// Returns
    /// -------
    /// dict
    ///     The claims.
    ///
    /// Raises
    /// ------
    /// TokenExpired
    ///     The token has expired.
    /// TokenInvalid
    ///     It is malformed, not genuine or not for this use. The message names the claim that failed; ``expected`` and
    ///     ``actual`` are its values.
    /// NetworkError, RequestTimeout, ServiceError
    ///     The keys could not be fetched.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> verifier = cognitoken.Verifier(client_id=cognitoken.ANY, token_use="access")
    /// >>> claims = verifier.verify(cognitoken.login().access_token)
    #[pyo3(signature = (jwt, now=None))]
    fn verify<'py>(&self, py: Python<'py>, jwt: &str, now: Option<Time>) -> PyResult<Bound<'py, PyAny>> {
        let now = now.map(|Time(time)| time);
        let verifier = self.core(py)?;
        let known =
            gate::outside(py, || verifier.verify_with_known_keys(jwt, now.unwrap_or_else(SystemTime::now)));
        match known {
            Some(outcome) => {
                let claims = outcome.map_err(|error| exception::from_core(py, &error))?;
                Accepted { claims, check: self.check(py) }.into_pyobject(py)
            }
            None => {
                let check = self.check(py);
                wait(py, |cognito| accepted(cognito, verifier.clone(), jwt.to_owned(), now, check))?
                    .into_pyobject(py)
            }
        }
    }

    /// Asyncio version of :meth:`verify`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, os, cognitoken
    /// >>> verifier = cognitoken.Verifier(os.environ["COGNITO_USER_POOL_ID"], os.environ["COGNITO_CLIENT_ID"])
    /// >>> async def main():
    /// ...     tokens = await cognitoken.login_async()
    /// ...     return await verifier.verify_async(tokens.id_token)
    /// >>> claims = asyncio.run(main())
    #[pyo3(signature = (jwt, now=None))]
    fn verify_async(&self, py: Python<'_>, jwt: String, now: Option<Time>) -> PyResult<Coroutine> {
        let now = now.map(|Time(time)| time);
        let (verifier, check) = (self.core(py)?.clone(), self.check(py));
        Ok(awaitable("Verifier.verify_async", move |cognito| accepted(cognito, verifier, jwt, now, check)))
    }

    /// Verify many tokens at once, on all processor cores.
    ///
    /// Parameters
    /// ----------
    /// jwts : list of str
    ///     The tokens.
    /// now : float or datetime.datetime, optional
    ///     The time to verify at, as for :meth:`verify`.
    ///
    /// Returns
    /// -------
    /// list of dict or Exception
    ///     For each token, in their order, its claims, or the exception that :meth:`verify` would have raised: a
    ///     CognitoError, or one of the caller's own ``check``. It does not affect the other tokens.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> verifier = cognitoken.Verifier("us-east-1_AbCdEfGhI", "1example23456789")
    /// >>> answers = verifier.verify_many(["not a token", "neither"])
    /// >>> [answer.code for answer in answers if isinstance(answer, cognitoken.CognitoError)]
    /// ['MalformedToken', 'MalformedToken']
    #[pyo3(signature = (jwts, now=None))]
    fn verify_many(&self, py: Python<'_>, jwts: Vec<PyBackedStr>, now: Option<Time>) -> PyResult<Results> {
        let now = now.map_or_else(SystemTime::now, |Time(time)| time);
        let (verifier, check) = (self.core(py)?, self.check(py));
        let known = gate::outside(py, || verifier.verify_many_with_known_keys(&jwts, now));
        if known.iter().all(Option::is_some) {
            return Ok(Results { results: known.into_iter().flatten().collect(), check });
        }
        wait(py, |cognito| accepted_many(cognito, verifier.clone(), jwts, now, check))
    }

    /// Asyncio version of :meth:`verify_many`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> verifier = cognitoken.Verifier("us-east-1_AbCdEfGhI", "1example23456789")
    /// >>> async def main():
    /// ...     return await verifier.verify_many_async(["not a token"])
    /// >>> [answer.code for answer in asyncio.run(main())]
    /// ['MalformedToken']
    #[pyo3(signature = (jwts, now=None))]
    fn verify_many_async(
        &self,
        py: Python<'_>,
        jwts: Vec<PyBackedStr>,
        now: Option<Time>,
    ) -> PyResult<Coroutine> {
        let now = now.map_or_else(SystemTime::now, |Time(time)| time);
        let (verifier, check) = (self.core(py)?.clone(), self.check(py));
        Ok(awaitable("Verifier.verify_many_async", move |cognito| {
            accepted_many(cognito, verifier, jwts, now, check)
        }))
    }

    fn __repr__(&self) -> String {
        let trusted = self.options.issuers.as_ref().or(self.options.user_pool_ids.as_ref());
        let trusted = trusted.map(|trusted| trusted.join(", ")).unwrap_or_default();
        format!("<Verifier of {}>", trusted.escape_debug())
    }
}

impl Verifier {
    fn core(&self, py: Python<'_>) -> PyResult<&cognitoken::Verifier> {
        let made = self.verifier.get_or_try_init(|_| cognito().verifier(self.options.clone()));
        made.map_err(|error| exception::from_core(py, &error))
    }

    fn check(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.check.as_ref().map(|check| check.clone_ref(py))
    }
}

async fn accepted(
    _: Cognito,
    verifier: cognitoken::Verifier,
    jwt: String,
    now: Option<SystemTime>,
    check: Option<Py<PyAny>>,
) -> Result<Accepted> {
    verifier.verify(&jwt, now).await.map(|claims| Accepted { claims, check })
}

/// Verifies many tokens without blocking the thread that serves all calls.
async fn accepted_many(
    _: Cognito,
    verifier: cognitoken::Verifier,
    jwts: Vec<PyBackedStr>,
    now: SystemTime,
    check: Option<Py<PyAny>>,
) -> Result<Results> {
    let runtime = tokio::runtime::Handle::current();
    let work = move || runtime.block_on(verifier.verify_many(&jwts, Some(now)));
    match tokio::task::spawn_blocking(work).await {
        Ok(results) => Ok(Results { results, check }),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}

/// The claims of a token that the core accepted, on their way through the caller's own check.
struct Accepted {
    claims: Claims,
    check: Option<Py<PyAny>>,
}

impl<'py> IntoPyObject<'py> for Accepted {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        checked(py, self.claims, self.check.as_ref())
    }
}

/// The claims or the error of each of many tokens.
struct Results {
    results: Vec<Result<Claims>>,
    check: Option<Py<PyAny>>,
}

impl<'py> IntoPyObject<'py> for Results {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let list = PyList::empty(py);
        for result in self.results {
            let outcome = match result {
                Ok(claims) => checked(py, claims, self.check.as_ref()),
                Err(error) => Err(exception::from_core(py, &error)),
            };
            match outcome {
                Ok(claims) => list.append(claims)?,
                Err(error) if error.is_instance_of::<PyException>(py) => list.append(error.into_value(py))?,
                // Ctrl-C and the like are not the result of one token.
                Err(error) => return Err(error),
            }
        }
        Ok(list)
    }
}

/// Returns the claims if the caller's own check accepts them. Any answer but None, True and False is an error: a check
/// that was not awaited, for one, must not accept a token.
fn checked<'py>(py: Python<'py>, claims: Claims, check: Option<&Py<PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    let claims = PythonClaims(claims).into_pyobject(py)?.into_any();
    let Some(check) = check else { return Ok(claims) };
    let answer = gate::inside(py, || check.bind(py).call1((&claims,)))?;
    if answer.is_none() {
        return Ok(claims);
    }
    match answer.cast::<PyBool>() {
        Ok(accepted) if accepted.is_true() => Ok(claims),
        Ok(_) => Err(exception::from_core(py, &refused_by_check())),
        Err(_) => {
            let kind = answer.get_type().name()?;
            Err(PyTypeError::new_err(format!("check has to return True, False or None, not '{kind}'")))
        }
    }
}

/// Disables a check of a Verifier: ``client_id=cognitoken.ANY``, ``token_use=cognitoken.ANY``.
// None does not: it is what a variable gives that was not set.
#[pyclass(frozen, module = "cognitoken", name = "_Any")]
pub(crate) struct Any;

#[pymethods]
impl Any {
    fn __repr__(&self) -> &'static str {
        "cognitoken.ANY"
    }

    // The name of the only instance in its module, for copies and pickles.
    fn __reduce__(&self) -> &'static str {
        "ANY"
    }
}

/// A value to compare with, or ANY.
enum OrAny<T> {
    Any,
    Value(T),
}

impl<'a, 'py, T: FromPyObject<'a, 'py, Error = PyErr>> FromPyObject<'a, 'py> for OrAny<T> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<Any>() { Ok(Self::Any) } else { value.extract().map(Self::Value) }
    }
}

struct Use(String);

impl<'py> FromPyObject<'_, 'py> for Use {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        value.extract().map(Self).map_err(|_: PyErr| {
            PyTypeError::new_err("token_use has to be \"id\", \"access\", None or cognitoken.ANY")
        })
    }
}

/// A string, or several in a list or a tuple.
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn extract_or(value: &Bound<'_, PyAny>, wrong: &'static str) -> PyResult<Self> {
        let one = value.extract().map(Self::One);
        one.or_else(|_: PyErr| value.extract().map(Self::Many)).map_err(|_| PyTypeError::new_err(wrong))
    }
}

impl<'py> FromPyObject<'_, 'py> for OneOrMany {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Self::extract_or(&value, "client_id has to be a str, a list of str, None or cognitoken.ANY")
    }
}

fn pool_ids(value: &Bound<'_, PyAny>) -> PyResult<Option<OneOrMany>> {
    if value.is_none() {
        return Ok(None);
    }
    OneOrMany::extract_or(value, "user_pool_id has to be a str, a list of str or None").map(Some)
}

fn issuers(value: &Bound<'_, PyAny>) -> PyResult<Option<OneOrMany>> {
    if value.is_none() {
        return Ok(None);
    }
    OneOrMany::extract_or(value, "issuer has to be a str, a list of str or None").map(Some)
}

/// A point in time: a number of seconds since 1970, or a datetime with a time zone.
struct Time(SystemTime);

impl<'py> FromPyObject<'_, 'py> for Time {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let seconds: f64 = match value.extract() {
            Ok(seconds) => seconds,
            Err(_) => {
                let datetime = value.cast::<PyDateTime>().map_err(|_| {
                    PyTypeError::new_err(
                        "now has to be a number of seconds since 1970 or a datetime.datetime",
                    )
                })?;
                if datetime.get_tzinfo().is_none() {
                    return Err(PyValueError::new_err(
                        "now has no time zone; for UTC: datetime.now(timezone.utc)",
                    ));
                }
                datetime.call_method0("timestamp")?.extract()?
            }
        };
        let distance = Duration::try_from_secs_f64(seconds.abs());
        let time = distance.ok().and_then(|distance| match seconds >= 0.0 {
            true => UNIX_EPOCH.checked_add(distance),
            false => UNIX_EPOCH.checked_sub(distance),
        });
        time.map(Self).ok_or_else(|| PyValueError::new_err("now is not a time that this machine can tell"))
    }
}
