// Signs in with amazon-cognito-identity-js. What to do comes as JSON on standard input, what happened goes out as JSON.
'use strict';

const {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
} = require('amazon-cognito-identity-js');

const task = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const pool = new CognitoUserPool({
  UserPoolId: task.pool_id,
  ClientId: task.client_id,
  endpoint: task.endpoint,
});
const challenges = [];

function newUser() {
  const user = new CognitoUser({ Username: task.username, Pool: pool });
  user.setAuthenticationFlowType(task.flow || 'USER_SRP_AUTH');
  return user;
}

// One way through all that the service may ask; the task holds the answers.
function callbacks(user, resolve, reject) {
  const answering = {
    onSuccess: (session, confirmationNecessary) => resolve({ session, confirmationNecessary }),
    onFailure: reject,
    mfaRequired: (name) => {
      challenges.push(name);
      user.sendMFACode(task.sms_code, answering);
    },
    totpRequired: (name) => {
      challenges.push(name);
      user.sendMFACode(task.totp_codes.shift(), answering, 'SOFTWARE_TOKEN_MFA');
    },
    selectMFAType: (name) => {
      challenges.push(name);
      user.sendMFASelectionAnswer(task.mfa, answering);
    },
    customChallenge: (parameters) => {
      challenges.push(`CUSTOM_CHALLENGE ${parameters.question}`);
      user.sendCustomChallengeAnswer(task.custom_answers.shift(), answering);
    },
    newPasswordRequired: (attributes, required) => {
      challenges.push(`NEW_PASSWORD_REQUIRED ${required.join(' ')}`);
      user.completeNewPasswordChallenge(task.new_password, task.attributes, answering);
    },
  };
  return answering;
}

function signIn(user) {
  const details = new AuthenticationDetails({ Username: task.username, Password: task.password });
  return new Promise((resolve, reject) => user.authenticateUser(details, callbacks(user, resolve, reject)));
}

function remember(user) {
  return new Promise((onSuccess, onFailure) => user.setDeviceStatusRemembered({ onSuccess, onFailure }));
}

function refresh(user) {
  return new Promise((resolve, reject) => {
    const token = user.getSignInUserSession().getRefreshToken();
    user.refreshSession(token, (error, session) => (error ? reject(error) : resolve(session)));
  });
}

async function main() {
  const sessions = [];
  for (let count = 0; count < (task.times || 1); count += 1) {
    // The device and its password rest in the library's storage, by user name.
    const user = newUser();
    const { session, confirmationNecessary } = await signIn(user);
    if (confirmationNecessary) {
      await remember(user);
    }
    sessions.push(session.getAccessToken().decodePayload());
    if (task.refresh) {
      sessions.push((await refresh(user)).getAccessToken().decodePayload());
    }
  }
  return sessions;
}

main().then(
  (sessions) => console.log(JSON.stringify({ sessions, challenges })),
  (error) => console.log(JSON.stringify({ error: error.code || String(error), message: error.message, challenges })),
);
