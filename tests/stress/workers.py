"""The programs that share a sign-in: Python, R and the shell, each printing the tokens it is given."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

# Prints every token it is given, one a line, for as long as it is told to, in each of its threads.
PYTHON = """
import sys, threading, time
import cognitoken

seconds, threads = float(sys.argv[1]), int(sys.argv[2])
session = cognitoken.Session()
end = time.monotonic() + seconds

def work():
    while time.monotonic() < end:
        print(session.id_token() + "\\n", end="", flush=True)
        time.sleep(0.02)

workers = [threading.Thread(target=work) for _ in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""

# Takes every token for refused, so that each turn is an expiry; prints what comes in its place.
FORCING = """
import cognitoken

session = cognitoken.Session(timeout=60.0)
token = session.id_token()
while True:
    token = session._replace(token)[len("Bearer "):]
    print(token, flush=True)
"""

R = """
seconds <- as.numeric(commandArgs(TRUE)[[1]])
session <- cognitoken::cognito_session()
end <- Sys.time() + seconds
while (Sys.time() < end) {
  cat(cognitoken::session_id_token(session), "\\n", sep = "")
  flush(stdout())
  Sys.sleep(0.02)
}
"""

SHELL = """
end=$((SECONDS + $1))
while [ "$SECONDS" -lt "$end" ]; do cognitoken token || exit; sleep 0.02; done
"""


@dataclass
class Worker:
    """A program that is running, and the files that it writes to."""

    process: subprocess.Popen[bytes]
    output: Path
    complaints: Path

    def tokens(self) -> list[str]:
        """What it was given so far; a line that a kill cut off is left out."""
        whole, _, _ = self.output.read_text().rpartition("\n")
        return whole.split("\n") if whole else []


@dataclass
class Workers:
    """Starts programs in a folder, with what the environment has to say for them."""

    folder: Path
    environment: dict[str, str]
    started: list[Worker] = field(default_factory=list)

    def start(self, command: list[str], home: str = "home") -> Worker:
        number = len(self.started)
        output, complaints = self.folder / f"{number}.out", self.folder / f"{number}.err"
        own_home = self.folder / home
        own_home.mkdir(exist_ok=True)
        with output.open("wb") as out, complaints.open("wb") as err:
            process = subprocess.Popen(
                command, cwd=own_home, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment, "HOME": str(own_home), "XDG_CONFIG_HOME": ""},
            )  # fmt: skip
        self.started.append(Worker(process, output, complaints))
        return self.started[-1]

    def python(self, seconds: float, threads: int = 1, home: str = "home") -> Worker:
        return self.start([sys.executable, "-c", PYTHON, str(seconds), str(threads)], home)

    def r(self, seconds: float, home: str = "home") -> Worker:
        return self.start(["Rscript", "--no-init-file", "-e", R, str(seconds)], home)

    def shell(self, seconds: float, home: str = "home") -> Worker:
        return self.start(["bash", "-c", SHELL, "shell", str(int(seconds))], home)

    def forcing(self) -> Worker:
        return self.start([sys.executable, "-c", FORCING])

    def stop(self) -> None:
        for worker in self.started:
            worker.process.kill()
            worker.process.wait()
