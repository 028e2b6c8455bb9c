"""Ask an API from the processes of joblib, in the name of somebody who signed in before.

    export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/reports
    cognitoken login
    python examples/jobs/joblib_workers.py loky      # or multiprocessing, threading

What differs: a session cannot be pickled, so each job opens one, which costs no more than reading the store.
The processes share the store: one of them refreshes, the others wait for it.
"""

import os
import sys
from typing import Any

import joblib
import requests

import cognitoken


def report(number: int) -> Any:
    auth = cognitoken.requests_auth(cognitoken.Session())
    answer = requests.get(f"{os.environ['API_URL']}/{number}", auth=auth, timeout=30)
    answer.raise_for_status()
    return answer.json()


def main() -> None:
    parallel = joblib.Parallel(n_jobs=2, backend=sys.argv[1])
    answers = parallel(joblib.delayed(report)(number) for number in range(8))
    print(len(answers), "answers:", answers[0])


if __name__ == "__main__":
    main()
