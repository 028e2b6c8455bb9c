"""Ask an API from the workers of dask, in the name of somebody who signed in before.

    export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/reports
    cognitoken login
    python examples/jobs/dask_workers.py

What differs: a session is not sent to a worker, since it cannot be pickled. Each worker opens its own when it
starts. They share the store: one of them refreshes, the others wait for it.
"""

import os
from typing import Any

import requests
from distributed import Client, LocalCluster, Worker, WorkerPlugin, get_worker

import cognitoken


class SignedIn(WorkerPlugin):
    """Opens a session in a worker, for all of its tasks and threads."""

    def setup(self, worker: Worker) -> None:
        worker.session = cognitoken.Session()


def report(number: int) -> Any:
    auth = cognitoken.requests_auth(get_worker().session)
    answer = requests.get(f"{os.environ['API_URL']}/{number}", auth=auth, timeout=30)
    answer.raise_for_status()
    return answer.json()


def main() -> None:
    # On a cluster, the workers need the variables above too.
    with LocalCluster(n_workers=2, threads_per_worker=2) as cluster, Client(cluster) as client:
        client.register_plugin(SignedIn())
        answers = client.gather(client.map(report, range(8)))
    print(len(answers), "answers:", answers[0])


if __name__ == "__main__":
    main()
