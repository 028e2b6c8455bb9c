"""Ask an API from a task of Airflow 3, in the name of somebody who signed in before.

    export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...   # of the workers
    cognitoken login
    airflow dags test nightly_report

What differs: Airflow reads this file again and again, so the session is opened in the task. What a task
returns is kept in Airflow's database, so no token is handed from one task to another: each asks for its own.
"""

import os

import requests
from airflow.sdk import dag, task

import cognitoken


@task(retries=2)
def report() -> str:
    auth = cognitoken.requests_auth(cognitoken.Session())
    answer = requests.get(os.environ["API_URL"], auth=auth, timeout=30)
    answer.raise_for_status()
    return answer.text


@task
def summary(text: str) -> None:
    print(len(text), "characters")


@dag(schedule="@daily", catchup=False)
def nightly_report() -> None:
    summary(report())


nightly_report()
