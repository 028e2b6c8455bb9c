"""Many sign-ins at once, at a service that takes 50 ms for each."""

from __future__ import annotations

import os
import sys

from measure import Series, run
from report import Row, Target, seconds
from service import CLIENT_ID, PASSWORD, USERNAME, Issuer, running

COUNT = 500
TIMED = """
import time, resource
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
"""
ASYNC = (
    TIMED
    + f"""
import asyncio, cognitoken
async def main():
    await cognitoken.login_async()
    started, used = time.perf_counter(), cpu()
    everybody = await asyncio.gather(*(cognitoken.login_async() for _ in range({COUNT})))
    assert len({{tokens.id_token for tokens in everybody}}) == 1
    print(time.perf_counter() - started, cpu() - used)
asyncio.run(main())
"""
)
THREADS = (
    TIMED
    + f"""
import cognitoken
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor({COUNT}) as pool:
    list(pool.map(lambda _: cognitoken.login(), range({COUNT})))
    started, used = time.perf_counter(), cpu()
    everybody = list(pool.map(lambda _: cognitoken.login(), range({COUNT})))
    assert len({{tokens.id_token for tokens in everybody}}) == 1
    print(time.perf_counter() - started, cpu() - used)
"""
)
BOTO3 = (
    TIMED
    + f"""
import boto3, os
from botocore import UNSIGNED
from botocore.config import Config
from concurrent.futures import ThreadPoolExecutor
client = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=os.environ["COGNITO_ENDPOINT"],
                      config=Config(signature_version=UNSIGNED, max_pool_connections=64))
def login(_):
    return client.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=os.environ["COGNITO_CLIENT_ID"],
        AuthParameters={{"USERNAME": os.environ["COGNITO_USER_NAME"], "PASSWORD": os.environ["COGNITO_PASSWORD"]}})
with ThreadPoolExecutor(64) as pool:
    list(pool.map(login, range(64)))
    started, used = time.perf_counter(), cpu()
    everybody = list(pool.map(login, range({COUNT})))
    assert len({{answer["AuthenticationResult"]["IdToken"] for answer in everybody}}) == 1
    print(time.perf_counter() - started, cpu() - used)
"""
)
SCRIPTS = {"cognitoken, asyncio": ASYNC, "cognitoken, threads": THREADS, "boto3, 64 threads": BOTO3}


def measure(_context: object) -> list[Row]:
    wall: dict[str, Series] = {name: Series() for name in SCRIPTS}
    cpu: dict[str, Series] = {name: Series() for name in SCRIPTS}
    with running(Issuer(), delay=0.05) as endpoint:
        environment = os.environ | {
            "COGNITO_ENDPOINT": endpoint, "COGNITO_CLIENT_ID": CLIENT_ID, "COGNITO_USER_NAME": USERNAME,
            "COGNITO_PASSWORD": PASSWORD, "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        for _ in range(5):
            for name, script in SCRIPTS.items():
                walled, used = run([sys.executable, "-c", script], environment).output.split()
                wall[name].values.append(float(walled))
                cpu[name].values.append(float(used))
    ours, used = wall["cognitoken, asyncio"].median, cpu["cognitoken, asyncio"].median
    what = f"Wall time of {COUNT} sign-ins at once, 50 ms each at the service."
    return [
        Row("crowd", what, (1e-3, "ms"), wall, "cognitoken, asyncio",
            [Target("asyncio, wall", "<= 0.15 s", seconds(ours), ours <= 0.15)]),
        Row("crowd, CPU", "CPU time of the same, the service's not counted.", (1e-3, "ms"), cpu, "cognitoken, asyncio",
            [Target("asyncio, CPU", "<= 0.12 s", seconds(used), used <= 0.12)]),
    ]  # fmt: skip
