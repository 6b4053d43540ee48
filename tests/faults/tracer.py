"""The tracer, and the warm process that runs commands below it: plmctl is imported once, then forked."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from tests.faults.fault import Fault, Trace, read_trace
from tests.faults.ground import INTERRUPTED
from tests.programs import REPOSITORY, require

_SOURCE = Path(__file__).with_name("tracer.c")
SECONDS = 60

# A run that is to be traced, by its name and the folder of the run: what came of it, as JSON has it.
Runs = Callable[[str, Path], object]


class _Fault(ctypes.Structure):
    _fields_ = (
        ("mode", ctypes.c_int),
        ("point", ctypes.c_long),
        ("error", ctypes.c_int),
        ("kinds", ctypes.c_int),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run: what it is, the folder of the run, the folders whose changes count, and the fault.

    A warming run is not traced: the warm process makes it itself, and has imported all that it takes.
    """

    name: str
    run: Path
    roots: tuple[Path, ...]
    fault: Fault = field(default_factory=Fault)
    is_warming: bool = False

    @property
    def line(self) -> str:
        """The job as the warm process reads it."""
        return json.dumps({**asdict(self), "run": str(self.run), "roots": [str(root) for root in self.roots]})


def compiled(folder: Path) -> Path:
    """The tracer as a shared library."""
    library = folder / "tracer.so"
    if not library.exists():
        gcc = require("gcc", "gcc libc6-dev")
        command = [gcc, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]
        subprocess.run([*command, str(library), str(_SOURCE)], check=True)
    return library


class Warm:
    """The warm process: it runs jobs one after the other."""

    def __init__(self, folder: Path, module: str, environment: Mapping[str, str]):
        self.folder = folder
        command = [sys.executable, "-m", module, str(compiled(folder)), str(folder)]
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, job: Job) -> tuple[Trace, object]:
        """What the run did, and what came of it: None if it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(job.line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the warm process ended"
        result = self.folder / "result.json"
        outcome = json.loads(result.read_text("utf-8")) if result.exists() else None
        return read_trace(self.folder / "log", int(answer), job.run), outcome


def serve(runs: Runs) -> None:
    """The loop of the warm process: a job a line in, the id of the traced process out."""
    library = ctypes.CDLL(sys.argv[1])
    folder = Path(sys.argv[2])
    for line in sys.stdin:
        # An answer on stdout is one write: nothing of it is left in a buffer that a fork would copy.
        os.write(1, f"{_done(library, folder, json.loads(line), runs)}\n".encode())


def _done(library: ctypes.CDLL, folder: Path, job: dict[str, object], runs: Runs) -> int:
    if not job["is_warming"]:
        return _traced(library, folder, job, runs)
    runs(str(job["name"]), Path(str(job["run"])))
    (folder / "log").touch()
    return 0


def _traced(library: ctypes.CDLL, folder: Path, job: dict[str, object], runs: Runs) -> int:
    (folder / "result.json").unlink(missing_ok=True)
    out, into = os.pipe()
    tracer = os.fork()
    if tracer == 0:
        _and_exit(lambda: _trace(library, folder, job, runs, into))
    os.close(into)
    with os.fdopen(out, "rb") as answer:
        child = int(answer.read() or b"0")
    os.waitpid(tracer, 0)
    return child


def _trace(library: ctypes.CDLL, folder: Path, job: dict[str, object], runs: Runs, answer: int) -> None:
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(ready, 1)
        _and_exit(lambda: _run(library, folder, job, runs))
    _checked(library.plm_seize(child))
    os.write(go, b"!")
    roots = "\n".join(str(root) for root in _texts(job["roots"]))
    log = str(folder / "log").encode()
    fault = ctypes.byref(_Fault(**_numbers(job["fault"])))
    _checked(library.plm_trace(child, roots.encode(), fault, log, SECONDS))
    os.write(answer, str(child).encode())


def _run(library: ctypes.CDLL, folder: Path, job: dict[str, object], runs: Runs) -> None:
    # Whoever started the tests may have them ignore it, as a shell does in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _checked(library.plm_filter())
    try:
        outcome = runs(str(job["name"]), Path(str(job["run"])))
    except KeyboardInterrupt:
        outcome = {"code": INTERRUPTED}
    (folder / "result.json").write_text(json.dumps(outcome), "utf-8")


def _and_exit(run: Callable[[], None]) -> None:
    code = 1
    try:
        run()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _checked(error: int) -> None:
    if error:
        raise OSError(error, os.strerror(error))


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _numbers(value: object) -> dict[str, int]:
    return {str(key): int(number) for key, number in value.items()} if isinstance(value, dict) else {}
