"""Reads one file from standard input within limits; writes what was found and the peak of memory in MiB."""

import json
import resource
import sys
from pathlib import Path

from plmctl.core.document import Document, read_document

GIB = 1024**3


def main() -> None:
    """Write one JSON object."""
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    data = sys.stdin.buffer.read()
    result = read_document("hostile.yaml", data)
    # Not ru_maxrss: a child begins with that of the process that started it.
    peak = next(
        int(line.split()[1]) // 1024
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    found = [[f.code, f.location.line, f.location.column, f.message] for f in result.findings]
    is_read = isinstance(result, Document)
    sys.stdout.write(json.dumps({"is_read": is_read, "found": found, "peak": peak}))


if __name__ == "__main__":
    main()
