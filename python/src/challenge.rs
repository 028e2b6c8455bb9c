//! Challenges of the service, and their answers.

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

/// A challenge that must be answered before the service issues tokens; found on :class:`ChallengeRequired`.
///
/// It can be answered until it expires, after 3 to 15 minutes depending on the app client, and again after a wrong code.
/// ``repr`` shows none of its values. A notebook shows the question and, for ``"MFA_SETUP"``, the QR code for an
/// authenticator app, which is a secret: clear that output before you share the notebook.
///
/// Attributes
/// ----------
/// name : str
///     Cognito's name of the challenge, such as ``"SOFTWARE_TOKEN_MFA"``. Unknown names are passed through.
///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
/// parameters : dict of str to str
///     The parameters of the challenge, as the service sent them.
/// username : str
///     The user's name in the pool.
/// host : str
///     The host of the service, with its port unless that is the default.
/// destination : str or None
///     The masked address that a code was sent to: ``"a***@e***"``, ``"+*******1234"``.
/// choices : list of str
///     The choices of ``"SELECT_MFA_TYPE"``, ``"SELECT_CHALLENGE"`` and ``"MFA_SETUP"``. If ``"MFA_SETUP"`` offers an
///     app and e-mail, its answer is a choice, or the e-mail address to send codes to.
/// required_attributes : list of str
///     The user attributes that ``"NEW_PASSWORD_REQUIRED"`` requires with the new password.
/// question : str
///     The question as text, for a prompt.
/// answer_form : str
///     The form of the answer: ``"code"``, ``"choice"``, ``"new_password"``, ``"password"``, ``"email_address"``,
///     ``"text"``, or ``"fields"`` for a challenge that only ``answers`` answer.
/// totp_secret, totp_uri : str or None
///     For ``"MFA_SETUP"``, the secret for an authenticator app in base32, and the ``otpauth://`` URI for a QR code. None
///     for any other challenge.
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
    /// Cognito's name of the challenge, such as ``"SOFTWARE_TOKEN_MFA"``.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The parameters of the challenge, as the service sent them.
    #[getter]
    fn parameters(&self) -> BTreeMap<String, String> {
        self.0.parameters().clone()
    }

    /// The user's name in the pool.
    #[getter]
    fn username(&self) -> &str {
        self.0.username()
    }

    /// The host of the service, with its port unless that is the default.
    #[getter]
    fn host(&self) -> String {
        self.0.host()
    }

    /// The masked address that a code was sent to. None if no code was sent.
    #[getter]
    fn destination(&self) -> Option<&str> {
        self.0.destination()
    }

    /// The choices.
    #[getter]
    fn choices(&self) -> Vec<String> {
        self.0.choices()
    }

    /// The user attributes that are required with a new password.
    #[getter]
    fn required_attributes(&self) -> Vec<String> {
        self.0.required_attributes()
    }

    /// The question as text, for a prompt.
    #[getter]
    fn question(&self) -> String {
        self.0.question()
    }

    /// The form of the answer, such as ``"code"``.
    #[getter]
    fn answer_form(&self) -> &'static str {
        self.0.answer_form().as_str()
    }

    /// The secret to type into an authenticator app, in base32, for ``"MFA_SETUP"``.
    #[getter]
    fn totp_secret(&self) -> Option<&str> {
        self.0.totp_setup().map(|setup| setup.secret().expose())
    }

    /// The ``otpauth://`` URI for an authenticator app, for ``"MFA_SETUP"``.
    #[getter]
    fn totp_uri(&self) -> Option<&str> {
        self.0.totp_setup().map(|setup| setup.uri().expose())
    }

    /// Answer the challenge and return the tokens or the next challenge.
    ///
    /// Parameters
    /// ----------
    /// answer : str, optional
    ///     The code, the choice, the new password or the answer to a custom challenge.
    /// new_password : str, optional
    ///     The new password, for ``"NEW_PASSWORD_REQUIRED"``.
    /// attributes : dict of str to str, optional
    ///     The user attributes to set with it: ``{"given_name": "Ada"}``.
    /// answers : dict of str to str, optional
    ///     The service's ``ChallengeResponses``, for a challenge that this package does not know, or in addition to an
    ///     answer.
    ///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
    ///
    /// Returns
    /// -------
    /// Tokens or Challenge
    ///     The tokens, or the next challenge.
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     The code is wrong (``"CodeMismatchException"``), or the sign-in has expired (``"NotAuthorizedException"``). If
    ///     the challenge can be answered again, it is the error's ``challenge``.
    /// ConfigError
    ///     The answer is incomplete. Nothing was sent.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`. The time limit is that of the sign-in.
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

    /// Asyncio version of :meth:`respond`.
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

    // The result of `on_challenge` is passed here directly: a Python frame in between would show it in a traceback.

    fn _give<'py>(slf: &Bound<'py, Self>, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        give(slf, given, "respond")
    }

    fn _give_async<'py>(slf: &Bound<'py, Self>, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        give(slf, given, "respond_async")
    }

    /// The exception of a sign-in whose challenge is not answered.
    fn _required<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.required(py).into_value(py).into_bound(py).into_any()
    }

    /// The QR code as text, for a terminal.
    fn _qr_text(&self) -> Option<String> {
        self.0.totp_setup().map(TotpSetup::qr_text)
    }

    fn __repr__(&self) -> String {
        // The values are only for the user, because they may contain an address or a number.
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

/// The outcome of an answer, to convert to a Python object.
pub(crate) enum Answered {
    Step(Step),
    /// The answer was refused, and the challenge can be answered again.
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
        ..Answer::default()
    }
}

/// Answers with the result of `on_challenge`: a text, the keyword arguments of `respond`, or None.
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
