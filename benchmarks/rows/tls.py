"""The first calls of a process over TLS: the handshake, the system's certificates, and connections that are kept."""

from __future__ import annotations

import ssl
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import certificates
import workers
from issuer import Issuer
from measure import Series, printed, run
from results import Row, leave_out
from service import running

from rows.surroundings import signing_in

SCRIPT = str(workers.FOLDER / "python" / "first_calls.py")
PEERS = ("boto3", "requests", "httpx")
OURS = "cognitoken"
ALONE = "cognitoken, one certificate"
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def _system_bundle() -> Path | None:
    default = ssl.get_default_verify_paths().openssl_cafile
    return next((Path(path) for path in (*BUNDLES, default) if Path(path).exists()), None)


def _environment(endpoint: str, bundle: Path) -> dict[str, str]:
    environment = signing_in(endpoint)
    environment |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"), str(bundle))
    # Would be read besides.
    environment.pop("SSL_CERT_DIR", None)
    return environment


def measure(_wheels: Path) -> list[Row]:
    system = _system_bundle()
    if system is None:
        leave_out("The system's certificates were not found: the row tls is left out.")
        return []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        authority, own = certificates.make(folder)
        every = folder / "every.pem"
        every.write_bytes(system.read_bytes() + authority.read_bytes())
        service = stack.enter_context(running(Issuer().tokens(), certificate=str(own)))
        common = _environment(service.endpoint, every)
        connections: dict[str, int] = {}
        for name in (OURS, *PEERS):
            before = service.seen()["connections"]
            run([sys.executable, SCRIPT, name], common)
            connections[name] = service.seen()["connections"] - before
        # One for everything that this process does: a second session opens none.
        assert connections[OURS] == 1, connections
        commands = {name: [sys.executable, SCRIPT, name] for name in (OURS, *PEERS)}
        alone = f"SSL_CERT_FILE={authority}"
        commands[ALONE] = ["env", alone, sys.executable, SCRIPT, OURS]
        measured = printed(commands, 15, common)
    return _rows(measured, connections, system.read_bytes().count(b"BEGIN CERTIFICATE"))


def _rows(
    measured: dict[str, list[Series]], connections: dict[str, int], certificates_there: int
) -> list[Row]:
    first, cpu, second, another = (
        {name: columns[place] for name, columns in measured.items()} for place in range(4)
    )
    loading = first[OURS].median - first[ALONE].median
    opened = ", ".join(f"{name} {count}" for name, count in connections.items())
    for kept in (second, another):
        del kept[ALONE]
    return [
        Row(
            "tls, first", f"Wall time of the first sign-in of a process over TLS; loading the system's {certificates_there} "
            f"certificates is {loading * 1e3:.2f} ms of ours.", (1e-3, "ms"), first, OURS,
        ),
        Row("tls, first, CPU", "CPU time of the same.", (1e-3, "ms"), cpu, OURS),
        Row("tls, second", "Wall time of the second, on a kept connection.", (1e-6, "us"), second, OURS),
        Row(
            "tls, another session", "Wall time of the first sign-in of a second session or client in that process. "
            f"Connections opened until then: {opened}.", (1e-6, "us"), another, OURS,
        ),
    ]  # fmt: skip
