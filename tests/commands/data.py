"""A registry with data, and DVC's cache and remote as they lie on disk, written by hand."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from plmctl.commands.release import Prepared, ReleaseOptions, prepared, release
from plmctl.commands.verify import VerifyOptions, verify
from plmctl.core.report import Report
from plmctl.store.dvc import DvcStore
from tests.commands.builder import SETTINGS, opened, options
from tests.commands.ground import folder_at
from tests.git.builder import Folder

DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: faq}
spec:
  purpose: [rag]
  format: markdown
  data: {dvc: faq.dvc}
"""
RETRIEVER = """\
apiVersion: plmctl/v1
kind: Retriever
metadata: {name: docs}
spec:
  datasets: [faq]
  index: {engine: bm25, name: docs, build: "1"}
"""
WEIGHTS = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: triage}
spec:
  provider: vllm
  model: triage
  weights: {dvc: triage.bin.dvc}
"""
# As md5sum and sha256sum print them; the folder's are of its listing (DVC) and of its pairs (RFC 8785).
HELLO, ONE, TWO = b"hello\n", b"1", b'{"q": 2}\n'
HELLO_MD5 = "b1946ac92492d2347c6235b4d2611184"
ONE_MD5 = "c4ca4238a0b923820dcc509a6f75849b"
TWO_MD5 = "04d2768c7e8d176ffb436197afec0889"
TWO_SHA256 = "7cde298a5e99e280b0d0a8bbcab778218c9a4c44d02f897cfb060aaa77fbfb47"
LISTING = f'[{{"md5": "{HELLO_MD5}", "relpath": "a.txt"}}, {{"md5": "{ONE_MD5}", "relpath": "sub/b.txt"}}]'
FAQ_MD5 = "4ec5dab3240316a5f1799cb173f217ce.dir"
FAQ_SHA256 = "d39d6c564dc1f10836a9cdcd12f547f9d60614bec323cc5e5d510ab961f990c2"

FOLDER = {"datasets/faq/a.txt": HELLO, "datasets/faq/sub/b.txt": ONE}
"""The files of the Dataset in the work tree."""
FOLDER_OBJECTS = {HELLO_MD5: HELLO, ONE_MD5: ONE, FAQ_MD5: LISTING.encode()}
"""The same as DVC keeps them, by md5."""
WEIGHTS_OBJECTS = {TWO_MD5: TWO}

FILES: Mapping[str, str] = {
    "plmctl.yaml": SETTINGS,
    "datasets/faq.yaml": DATASET,
    "datasets/faq.dvc": f"outs:\n- md5: {FAQ_MD5}\n  size: 7\n  nfiles: 2\n  hash: md5\n  path: faq\n",
    "datasets/.gitignore": "/faq\n",
    "models/triage.yaml": WEIGHTS,
    "models/triage.bin.dvc": f"outs:\n- md5: {TWO_MD5}\n  size: 9\n  hash: md5\n  path: triage.bin\n",
    "models/.gitignore": "/triage.bin\n",
    ".dvc/.gitignore": "/cache\n",
    ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
}
CACHE = ".dvc/cache"
REMOTE = "../store"


def data_shop(path: Path) -> Folder:
    """A committed registry with a Dataset and a Model that has weights, of which no bytes are here."""
    path.mkdir(parents=True)
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(FILES, "begin")
    return folder


def put_objects(folder: Folder, where: str, objects: Mapping[str, bytes]) -> None:
    """What a cache or a remote has, by md5."""
    for md5, content in objects.items():
        folder.write(object_path(where, md5), content)


def object_path(where: str, md5: str) -> str:
    """Where DVC 3 keeps an object."""
    return f"{where}/files/md5/{md5[:2]}/{md5[2:]}"


def put_files(folder: Folder, files: Mapping[str, bytes]) -> None:
    """Data of the work tree."""
    for name, content in files.items():
        folder.write(name, content)


def planned_with_data(folder: Folder, asked: ReleaseOptions | None = None) -> Prepared:
    """A release that is planned and checked, with its data."""
    with opened(folder) as repo:
        return prepared(repo, asked or options(), DvcStore(repo.top, folder.environment))


def released_with_data(folder: Folder, asked: ReleaseOptions | None = None) -> Report:
    """What came of a release, with its data."""
    with opened(folder) as repo:
        return release(repo, prepared(repo, asked or options(), DvcStore(repo.top, folder.environment)))


def verified_with_data(folder: Folder, *names: str) -> Report:
    """What `plmctl verify --data` reports."""
    with opened(folder) as repo:
        asked = replace(VerifyOptions(asks_data=True), names=names)
        return verify(repo, asked, DvcStore(repo.top, folder.environment))
