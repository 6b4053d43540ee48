"""Reads one file from standard input within limits; writes what was found and the peak of memory in MiB."""

import json
import resource
import sys

from plmctl.core.document import Document, read_document

GIB = 1024**3


def main() -> None:
    """Write one JSON object."""
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    data = sys.stdin.buffer.read()
    result = read_document("hostile.yaml", data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = [[f.code, f.location.line, f.location.column, f.message] for f in result.findings]
    is_read = isinstance(result, Document)
    sys.stdout.write(json.dumps({"is_read": is_read, "found": found, "peak": peak}))


if __name__ == "__main__":
    main()
