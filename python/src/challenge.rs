//! What the service asks before it gives tokens, and answering it.

use std::collections::BTreeMap;

use cognitoken::{Answer, Cognito, Error, Result, Step, TotpSetup};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use zeroize::Zeroizing;

use crate::awaitable::{Coroutine, awaitable};
use crate::exception;
use crate::html;
use crate::runtime::wait;
use crate::tokens::Tokens;

/// What the service asks before it gives tokens; found on :class:`ChallengeRequired`.
///
/// It can be kept and answered later, for as long as the service waits: 3 to 15 minutes, as the app client says. A
/// wrong code leaves it as it is, to be answered again. ``repr`` shows no value of it; a notebook shows the question
/// and, for ``"MFA_SETUP"``, the QR code that an authenticator app reads, which is a secret: clear that output before
/// you share the notebook.
///
/// Attributes
/// ----------
/// name : str
///     Cognito's name for it, such as ``"SOFTWARE_TOKEN_MFA"``. One that this package does not know is passed through.
///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
/// parameters : dict of str to str
///     What the service says about it, as it came.
/// username : str
///     The user whom it asks, by the name that the service knows.
/// host : str
///     The host that asks, with its port where it is not the usual one.
/// destination : str or None
///     Where a code was sent, as far as the service shows it: ``"a***@e***"``, ``"+*******1234"``.
/// choices : list of str
///     What can be chosen, for ``"SELECT_MFA_TYPE"``, ``"SELECT_CHALLENGE"`` and ``"MFA_SETUP"``. Where ``"MFA_SETUP"``
///     offers an app and e-mail, its answer is a choice, or the e-mail address to send codes to.
/// required_attributes : list of str
///     The user attributes that ``"NEW_PASSWORD_REQUIRED"`` wants with the new password.
/// question : str
///     The question in words, for a prompt.
/// totp_secret, totp_uri : str or None
///     What an authenticator app is set up with, for ``"MFA_SETUP"``: the secret in base32 for typing, and the
///     ``otpauth://`` address for a QR code. None for every other challenge.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> try:
/// ...     tokens = cognitoken.login()
/// ... except cognitoken.ChallengeRequired as error:
/// ...     challenge = error.challenge
/// ...     tokens = challenge.respond("123456")
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Challenge(cognitoken::Challenge);

impl From<cognitoken::Challenge> for Challenge {
    fn from(challenge: cognitoken::Challenge) -> Self {
        Self(challenge)
    }
}

#[pymethods]
impl Challenge {
    /// Cognito's name for it, such as ``"SOFTWARE_TOKEN_MFA"``.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// What the service says about it, as it came.
    #[getter]
    fn parameters(&self) -> BTreeMap<String, String> {
        self.0.parameters().clone()
    }

    /// The user whom it asks, by the name that the service knows.
    #[getter]
    fn username(&self) -> &str {
        self.0.username()
    }

    /// The host that asks, with its port where it is not the usual one.
    #[getter]
    fn host(&self) -> String {
        self.0.host()
    }

    /// Where a code was sent, as far as the service shows it. None where none was.
    #[getter]
    fn destination(&self) -> Option<&str> {
        self.0.destination()
    }

    /// What can be chosen.
    #[getter]
    fn choices(&self) -> Vec<String> {
        self.0.choices()
    }

    /// The user attributes that are wanted with a new password.
    #[getter]
    fn required_attributes(&self) -> Vec<String> {
        self.0.required_attributes()
    }

    /// The question in words, for a prompt.
    #[getter]
    fn question(&self) -> String {
        self.0.question()
    }

    /// The secret to type into an authenticator app, in base32, for ``"MFA_SETUP"``.
    #[getter]
    fn totp_secret(&self) -> Option<&str> {
        self.0.totp_setup().map(|setup| setup.secret().expose())
    }

    /// The ``otpauth://`` address that an authenticator app reads, for ``"MFA_SETUP"``.
    #[getter]
    fn totp_uri(&self) -> Option<&str> {
        self.0.totp_setup().map(|setup| setup.uri().expose())
    }

    /// Answer, and get tokens or the next challenge.
    ///
    /// Parameters
    /// ----------
    /// answer : str, optional
    ///     The code, the choice, the new password, the answer to a custom challenge: whatever the one question is.
    /// new_password : str, optional
    ///     The new password, for ``"NEW_PASSWORD_REQUIRED"``.
    /// attributes : dict of str to str, optional
    ///     The user attributes that go with it, by their names: ``{"given_name": "Ada"}``.
    /// answers : dict of str to str, optional
    ///     ``ChallengeResponses`` as the service takes them, for a challenge that this package does not know, or to
    ///     add to an answer.
    ///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
    ///
    /// Returns
    /// -------
    /// Tokens or Challenge
    ///     The tokens, or what the service asks next.
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     A wrong code (``code`` is ``"CodeMismatchException"``), or the sign-in is over
    ///     (``"NotAuthorizedException"``). Where the challenge can be answered again, it is the error's ``challenge``.
    /// ConfigError
    ///     The answer lacks something. Nothing was sent.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`; the limit of the call is the sign-in's.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> def new_password(challenge: cognitoken.Challenge) -> cognitoken.Tokens | cognitoken.Challenge:
    /// ...     return challenge.respond(new_password="Correct-Horse-8!", attributes={"given_name": "Ada"})
    #[pyo3(signature = (answer=None, *, new_password=None, attributes=None, answers=None))]
    fn respond(
        &self,
        py: Python<'_>,
        answer: Option<String>,
        new_password: Option<String>,
        attributes: Option<BTreeMap<String, String>>,
        answers: Option<BTreeMap<String, String>>,
    ) -> PyResult<Answered> {
        let (challenge, answer) = (self.0.clone(), said(answer, new_password, attributes, answers));
        wait(py, |cognito| respond(cognito, challenge, answer))
    }

    /// Answer, for asyncio. As :meth:`respond`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> async def answer(challenge: cognitoken.Challenge) -> cognitoken.Tokens | cognitoken.Challenge:
    /// ...     return await challenge.respond_async("123456")
    #[pyo3(signature = (answer=None, *, new_password=None, attributes=None, answers=None))]
    fn respond_async(
        &self,
        answer: Option<String>,
        new_password: Option<String>,
        attributes: Option<BTreeMap<String, String>>,
        answers: Option<BTreeMap<String, String>>,
    ) -> Coroutine {
        let (challenge, answer) = (self.0.clone(), said(answer, new_password, attributes, answers));
        awaitable("Challenge.respond_async", |cognito| respond(cognito, challenge, answer))
    }

    // What `on_challenge` gives comes straight here: a Python frame in between would show it in a traceback.

    fn _give<'py>(slf: &Bound<'py, Self>, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        give(slf, given, "respond")
    }

    fn _give_async<'py>(slf: &Bound<'py, Self>, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        give(slf, given, "respond_async")
    }

    /// The exception that a sign-in ends with when nothing answers.
    fn _required<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.required(py).into_value(py).into_bound(py).into_any()
    }

    /// The QR code in characters, for a terminal.
    fn _qr_text(&self) -> Option<String> {
        self.0.totp_setup().map(TotpSetup::qr_text)
    }

    fn __repr__(&self) -> String {
        // The values are for the user who is asked: they may name an address or a number.
        let names: Vec<&str> = self.0.parameters().keys().map(String::as_str).collect();
        let names = if names.is_empty() { "no parameters".to_owned() } else { names.join(", ") };
        format!("<Challenge {} with {}>", self.0.name().escape_debug(), names.escape_debug())
    }

    fn _repr_html_(&self) -> String {
        let question = self.0.question();
        let asked = [("Challenge", self.0.name()), ("Question", &question), ("User", self.0.username())];
        let parameters = self.0.parameters().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let table = html::table(&asked.into_iter().chain(parameters).collect::<Vec<_>>());
        match self.0.totp_setup() {
            Some(setup) => format!("{table}<div>{}</div>", setup.qr_svg()),
            None => table,
        }
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (memo, /))]
    fn __deepcopy__(slf: Py<Self>, memo: &Bound<'_, PyAny>) -> Py<Self> {
        let _ = memo;
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Challenge cannot be pickled: it holds the session of a sign-in. Answer it in the process that signed in.",
        ))
    }
}

impl Challenge {
    fn required(&self, py: Python<'_>) -> PyErr {
        let required = exception::from_core(py, &self.0.clone().into());
        // Setting an attribute of an exception of this package does not fail.
        let set = required.value(py).setattr("challenge", Self::from(self.0.clone()));
        set.map_or_else(|failure| failure, |()| required)
    }
}

/// An outcome on its way to Python: what was asked for, or the exception for a challenge that nobody answers.
pub(crate) struct Required<T>(pub(crate) Step<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Required<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        match self.0 {
            Step::Done(value) => value.into_bound_py_any(py),
            Step::Challenge(challenge) => Err(Challenge(challenge).required(py)),
        }
    }
}

/// Where an answer led, on its way to Python.
pub(crate) enum Answered {
    Step(Step),
    /// Refused, and the challenge still waits.
    Refused(Error, cognitoken::Challenge),
}

impl<'py> IntoPyObject<'py> for Answered {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        match self {
            Self::Step(Step::Done(tokens)) => Tokens::from(tokens).into_bound_py_any(py),
            Self::Step(Step::Challenge(challenge)) => Challenge(challenge).into_bound_py_any(py),
            Self::Refused(error, challenge) => {
                let refused = exception::from_core(py, &error);
                refused.value(py).setattr("challenge", Challenge(challenge))?;
                Err(refused)
            }
        }
    }
}

async fn respond(cognito: Cognito, challenge: cognitoken::Challenge, answer: Answer) -> Result<Answered> {
    match cognito.respond(&challenge, answer).await {
        Ok(step) => Ok(Answered::Step(step)),
        Err(error) if challenge.still_waits_after(&error) => Ok(Answered::Refused(error, challenge)),
        Err(error) => Err(error),
    }
}

fn said(
    answer: Option<String>,
    new_password: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
    answers: Option<BTreeMap<String, String>>,
) -> Answer {
    let answers = answers.unwrap_or_default().into_iter();
    Answer {
        answer: answer.map(Zeroizing::new),
        new_password: new_password.map(Into::into),
        attributes: attributes.unwrap_or_default(),
        answers: answers.map(|(name, value)| (name, Zeroizing::new(value))).collect(),
    }
}

/// Answers with what `on_challenge` gave: a text, the keywords of `respond`, or nothing.
fn give<'py>(
    challenge: &Bound<'py, Challenge>,
    given: &Bound<'py, PyAny>,
    respond: &str,
) -> PyResult<Bound<'py, PyAny>> {
    if given.is_none() {
        Err(challenge.get().required(challenge.py()))
    } else if given.is_instance_of::<PyString>() {
        challenge.call_method1(respond, (given,))
    } else if let Ok(keywords) = given.cast::<PyDict>() {
        challenge.call_method(respond, (), Some(keywords))
    } else {
        let kind = given.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "on_challenge gave a value of type '{kind}': it has to give a str, a dict of the keywords of \
             Challenge.respond, or None"
        )))
    }
}
