"""Choose a new password when the old one is forgotten: a code is sent, and with it the new one is set.

export COGNITO_USER_NAME=... COGNITO_CLIENT_ID=...
python examples/python/forgot_password.py
"""

import getpass

import cognitoken


def main() -> None:
    delivery = cognitoken.forgot_password()
    code = input(f"Code sent to {delivery.destination}: ")
    cognitoken.confirm_forgot_password(code, getpass.getpass("New password: "))
    print("The new password is set.")


if __name__ == "__main__":
    main()
