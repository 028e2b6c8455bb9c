"""Call AWS with the rights of somebody who signed in before.

    pip install "cognitoken[aws]"
    export COGNITO_STORE=file COGNITO_CLIENT_ID=... IDENTITY_POOL_ID=us-east-1:...
    cognitoken login
    python examples/python/aws_credentials.py

The identity pool gives credentials of the role that its owner chose for users who are signed in. boto3 gets
others from the session before they expire, however long the program runs.
"""

import os

import cognitoken


def main() -> None:
    session = cognitoken.Session()
    credentials = cognitoken.aws_credentials(
        session,
        os.environ["IDENTITY_POOL_ID"],
        # A private link, if there is one; AWS's own tools know the variable too.
        identity_endpoint=os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDENTITY"),
    )
    print(credentials)
    aws = credentials.boto3()
    print("Acting as", aws.client("sts").get_caller_identity()["Arn"])


if __name__ == "__main__":
    main()
