"""Real sign-ins on the pool's page: a headless Chromium, the local Cognito, and each way to start one."""
