"""Signs in and prints the ID token: ``python cold.py CONTENDER``."""

import sys

import peers

print({"boto3": peers.with_boto3, "requests": peers.with_requests}[sys.argv[1]]()())
