"""Prints the resident memory of a process that imported what is named: ``python resident.py [MODULE]``."""

import importlib
import sys
from pathlib import Path

for module in sys.argv[1:]:
    importlib.import_module(module)
print(int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) * 1024)
