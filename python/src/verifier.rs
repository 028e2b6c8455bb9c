//! Verification of tokens.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{
    Cognito, Environment, Expected, PerProcess, Result, SessionRequest, TokenUse, VerifierOptions,
    leeway_from_seconds,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDateTime, PyDict, PyTzInfoAccess};

use crate::awaitable::{Coroutine, awaitable};
use crate::exception;
use crate::gate;
use crate::json::{self, PythonClaims};
use crate::runtime::wait;
use crate::warnings::warn_of_values;

/// Verifies tokens of one user pool.
///
/// It checks the signature (only RS256 with a key of the pool), the issuer, the client, the use and the times, and on
/// request groups and scopes. The pool's keys are fetched when they are first needed and shared by all threads. Create a
/// Verifier once and use it for many tokens.
///
/// Fetched keys are valid for an hour. Then the next token fetches them again, so that a key that the pool has withdrawn
/// is refused. If this fetch fails, the present keys are still used.
///
/// Parameters
/// ----------
/// user_pool_id : str, optional
///     The pool's id, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``, unless the issuer is given).
/// client_id : str or list of str, optional
///     The app client or clients whose tokens are accepted: ``aud`` of an ID token, ``client_id`` of an access token
///     (``COGNITO_CLIENT_ID``). Only :data:`ANY` accepts any client.
/// token_use : str, default "id"
///     ``"id"`` or ``"access"``; :data:`ANY` accepts both.
/// issuer : str, optional
///     The exact issuer, instead of the pool's own (``COGNITO_ISSUER``).
/// jwks_url : str, optional
///     Where the keys are, in place of ``<issuer>/.well-known/jwks.json`` (``COGNITO_JWKS_URL``). ``https``, or
///     ``http`` on this machine.
/// jwks : dict, optional
///     The key set (RFC 7517). If it is given, nothing is fetched, and the keys do not expire.
/// leeway : float, default 0.0
///     The accepted clock difference in seconds.
/// groups : list of str, optional
///     The accepted groups; the user must be in at least one (``cognito:groups``).
/// scopes : list of str, optional
///     The accepted scopes; an access token must have at least one.
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
}

#[pymethods]
impl Verifier {
    #[new]
    // The signature is given as text because pyo3 does not show defaults that are `Some`.
    #[pyo3(
        signature = (
            user_pool_id=None, client_id=None, token_use=None, *,
            issuer=None, jwks_url=None, jwks=None, leeway=0.0, groups=None, scopes=None,
        ),
        text_signature = "(user_pool_id=None, client_id=None, token_use=\"id\", *, issuer=None, jwks_url=None, \
            jwks=None, leeway=0.0, groups=None, scopes=None)",
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python class, each with its name")]
    fn new(
        py: Python<'_>,
        user_pool_id: Option<String>,
        client_id: Option<Check<OneOrMany>>,
        token_use: Option<Check<Use>>,
        issuer: Option<String>,
        jwks_url: Option<String>,
        jwks: Option<Bound<'_, PyDict>>,
        leeway: f64,
        groups: Option<Vec<String>>,
        scopes: Option<Vec<String>>,
    ) -> PyResult<Self> {
        let client_id = match client_id {
            Some(Check::Any) => Expected::Unchecked,
            Some(Check::Exactly(OneOrMany(ids))) => Expected::Exactly(ids),
            // An empty list is resolved from the environment.
            None => Expected::Exactly(Vec::new()),
        };
        let jwks = jwks.map(|jwks| json::from_python(&jwks)).transpose()?;
        let options = || {
            let token_use = match token_use {
                Some(Check::Any) => Expected::Unchecked,
                Some(Check::Exactly(Use(name))) if !name.trim().is_empty() => {
                    Expected::Exactly(name.parse::<TokenUse>()?)
                }
                _ => Expected::Exactly(TokenUse::Id),
            };
            let leeway = leeway_from_seconds(leeway)?;
            let given = VerifierOptions::new(client_id, token_use);
            let given =
                VerifierOptions { user_pool_id, issuer, jwks_url, jwks, leeway, groups, scopes, ..given };
            let environment = Environment::read()?;
            Ok((given.with_environment(&environment), environment))
        };
        let (mut options, environment) = options().map_err(|error| exception::from_core(py, &error))?;
        if options.lacks_pool_or_client() {
            // The store is read only in this case, since most verifiers need no thread for it.
            let request = SessionRequest::new(environment);
            options = wait(py, |_| async move { Ok(options.with_stored(&request).await) })?;
        }
        warn_of_values(py, std::mem::take(&mut options.notices))?;
        let made = Self { options, verifier: PerProcess::new() };
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
    ///     The token is malformed, not genuine or not for this use. The message names the failed claim with its expected
    ///     and actual value.
    /// NetworkError, RequestTimeout, ServiceError
    ///     The keys could not be fetched.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> verifier = cognitoken.Verifier(client_id=cognitoken.ANY, token_use="access")
    /// >>> claims = verifier.verify(cognitoken.login().access_token)
    #[pyo3(signature = (jwt, now=None))]
    fn verify(&self, py: Python<'_>, jwt: &str, now: Option<Time>) -> PyResult<PythonClaims> {
        let now = now.map(|Time(time)| time);
        let verifier = self.core(py)?;
        let known =
            gate::outside(py, || verifier.verify_with_known_keys(jwt, now.unwrap_or_else(SystemTime::now)));
        match known {
            Some(outcome) => outcome.map(PythonClaims).map_err(|error| exception::from_core(py, &error)),
            None => wait(py, |cognito| accepted(cognito, verifier.clone(), jwt.to_owned(), now)),
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
        let verifier = self.core(py)?.clone();
        Ok(awaitable("Verifier.verify_async", move |cognito| accepted(cognito, verifier, jwt, now)))
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
    /// list of dict or CognitoError
    ///     For each token, in order, its claims or the exception that :meth:`verify` would raise. A refused token does
    ///     not raise and does not affect the others: check each element.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> verifier = cognitoken.Verifier("us-east-1_AbCdEfGhI", "1example23456789")
    /// >>> answers = verifier.verify_many(["not a token", "neither"])
    /// >>> [answer.code for answer in answers if isinstance(answer, cognitoken.CognitoError)]
    /// ['MalformedToken', 'MalformedToken']
    #[pyo3(signature = (jwts, now=None))]
    fn verify_many(
        &self,
        py: Python<'_>,
        jwts: Vec<PyBackedStr>,
        now: Option<Time>,
    ) -> PyResult<Vec<PythonAnswer>> {
        let now = now.map_or_else(SystemTime::now, |Time(time)| time);
        let verifier = self.core(py)?;
        let known = gate::outside(py, || verifier.verify_many_with_known_keys(&jwts, now));
        if known.iter().all(Option::is_some) {
            return Ok(known.into_iter().flatten().map(PythonAnswer).collect());
        }
        wait(py, |cognito| accepted_many(cognito, verifier.clone(), jwts, now))
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
        let verifier = self.core(py)?.clone();
        Ok(awaitable("Verifier.verify_many_async", move |cognito| {
            accepted_many(cognito, verifier, jwts, now)
        }))
    }

    fn __repr__(&self) -> String {
        let VerifierOptions { user_pool_id, issuer, .. } = &self.options;
        let signer = issuer.as_ref().or(user_pool_id.as_ref()).map_or("", String::as_str);
        format!("<Verifier of {}>", signer.escape_debug())
    }
}

impl Verifier {
    fn core(&self, py: Python<'_>) -> PyResult<&cognitoken::Verifier> {
        let made = self.verifier.get_or_try_init(|_| cognitoken::Verifier::new(self.options.clone()));
        made.map_err(|error| exception::from_core(py, &error))
    }
}

async fn accepted(
    cognito: Cognito,
    verifier: cognitoken::Verifier,
    jwt: String,
    now: Option<SystemTime>,
) -> Result<PythonClaims> {
    verifier.verify(cognito.transport(), &jwt, now).await.map(PythonClaims)
}

/// Verifies each token, without blocking the thread that drives other calls.
async fn accepted_many(
    cognito: Cognito,
    verifier: cognitoken::Verifier,
    jwts: Vec<PyBackedStr>,
    now: SystemTime,
) -> Result<Vec<PythonAnswer>> {
    let runtime = tokio::runtime::Handle::current();
    let work = move || runtime.block_on(verifier.verify_many(cognito.transport(), &jwts, Some(now)));
    match tokio::task::spawn_blocking(work).await {
        Ok(answers) => Ok(answers.into_iter().map(PythonAnswer).collect()),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}

/// Claims, or the exception instead of them.
pub(crate) struct PythonAnswer(Result<cognitoken::Claims>);

impl<'py> IntoPyObject<'py> for PythonAnswer {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        match self.0 {
            Ok(claims) => Ok(PythonClaims(claims).into_pyobject(py)?.into_any()),
            Err(error) => Ok(exception::from_core(py, &error).into_value(py).into_bound(py).into_any()),
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

/// The expected values, or no expectation.
enum Check<T> {
    Any,
    Exactly(T),
}

impl<'a, 'py, T: FromPyObject<'a, 'py, Error = PyErr>> FromPyObject<'a, 'py> for Check<T> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<Any>() { Ok(Self::Any) } else { value.extract().map(Self::Exactly) }
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

/// One string, or a list or tuple of strings.
struct OneOrMany(Vec<String>);

impl<'py> FromPyObject<'_, 'py> for OneOrMany {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = value.extract().map(|one| vec![one]);
        one.or_else(|_: PyErr| value.extract()).map(Self).map_err(|_| {
            PyTypeError::new_err("client_id has to be a str, a list of str, None or cognitoken.ANY")
        })
    }
}

/// A point in time, as a Python number or datetime.
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
