"""Newcomers: to a token with a user name, a password and a client id, and on the next day with nothing."""
