"""The least that verifying a lock has to do: its files read from Git, and hashed.

python hashes.py LOCK COMMIT
"""

import json
import subprocess
import sys
from hashlib import sha256

lock, commit = sys.argv[1:]
with open(lock, "rb") as stream:
    artifacts = json.load(stream)["artifacts"]
files = {path: said for entry in artifacts.values() for path, said in entry["files"].items()}
wanted = "".join(f"{commit}:{path}\n" for path in files)
stored = subprocess.run(
    ["git", "cat-file", "--batch", "--buffer"], input=wanted.encode(), check=True, capture_output=True
).stdout
at = 0
for said in files.values():
    end = stored.index(b"\n", at)
    size = int(stored[at:end].rsplit(b" ", 1)[1])
    found = sha256(stored[end + 1 : end + 1 + size]).hexdigest()
    assert said == f"sha256:{found}"
    at = end + size + 2
print(len(files))
