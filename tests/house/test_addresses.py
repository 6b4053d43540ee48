import re
import subprocess

from tests.programs import REPOSITORY

# Written in pieces, or this file would be the first to be found.
HOSTS = "|".join(("py" + "pi", "python" + "hosted", "npm" + "js", r"deb\.deb" + "ian"))
FOLDERS = "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot", "home/[a-z]+"))
FOREIGN = re.compile(rf"(?:{HOSTS})\.org|(?<![\w.~$}}])/(?:{FOLDERS})/")


def test_no_registry_host_and_no_path_of_a_machine_is_in_a_file() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = []
    for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
        path = REPOSITORY / name
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [
            f"{name}:{text.count(chr(10), 0, m.start()) + 1}: {m.group()}" for m in FOREIGN.finditer(text)
        ]
    assert found == []
