"""What is downloaded, what is installed, and what it takes in memory."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from measure import Series, run
from report import Row, Target

MEGABYTE = 1e6
RESIDENT = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def measure(context: Path) -> list[Row]:
    (wheel,) = context.glob("cognitoken-*.whl")
    spec = importlib.util.find_spec("cognitoken")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    installed = sum(
        path.stat().st_size for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"
    )
    bare = [float(run([sys.executable, "-c", RESIDENT]).output) * 1024 for _ in range(5)]
    ours = [
        float(run([sys.executable, "-c", f"import cognitoken; {RESIDENT}"]).output) * 1024 for _ in range(5)
    ]
    over = sorted(ours)[2] - sorted(bare)[2]
    size = float(wheel.stat().st_size)
    series = {
        "cognitoken, wheel": Series([size]),
        "cognitoken, installed": Series([float(installed)]),
        "cognitoken, memory over bare python": Series([over]),
    }
    return [
        Row(
            "size", "The wheel, what pip installs, and resident memory after the import.", (MEGABYTE, "MB"), series,
            "cognitoken, wheel",
            [
                Target("wheel", "<= 3.5 MB", f"{size / MEGABYTE:.2f} MB", size <= 3.5 * MEGABYTE),
                Target("installed", "<= 8 MB", f"{installed / MEGABYTE:.2f} MB", installed <= 8 * MEGABYTE),
                Target("memory", "<= 6 MiB", f"{over / 2**20:.1f} MiB", over <= 6 * 2**20),
            ],
        )
    ]  # fmt: skip
