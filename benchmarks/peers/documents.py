"""The least that a diff of manifests has to do: what changed, and both sides of it parsed.

python documents.py OLD NEW
"""

import subprocess
import sys

import yaml

old, new = sys.argv[1:]
names = subprocess.run(
    ["git", "diff", "--stat", "--name-only", old, new], check=True, capture_output=True, text=True
).stdout.split()
subprocess.run(["git", "diff", "--stat", old, new], check=True)
wanted = "".join(f"{side}:{name}\n" for name in names for side in (old, new))
stored = subprocess.run(
    ["git", "cat-file", "--batch", "--buffer"], input=wanted.encode(), check=True, capture_output=True
).stdout
at = documents = 0
while at < len(stored):
    end = stored.index(b"\n", at)
    size = int(stored[at:end].rsplit(b" ", 1)[1])
    for _ in yaml.parse(stored[end + 1 : end + 1 + size], Loader=yaml.CSafeLoader):
        pass
    at = end + size + 2
    documents += 1
print(documents)
