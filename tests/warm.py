"""plmctl in a process that has imported it already: a run is a fork, which takes half the time of a start.

The run is the real program with its own arguments, environment, folder, streams and limits. Tests of the
start itself and of signals start it anew.
"""

import array
import atexit
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

import coverage

from tests.measuring import import_all

REPOSITORY = Path(__file__).resolve().parent.parent
# How coverage tells the processes that a measured one starts what to do.
MEASURING = "COVERAGE_PROCESS_CONFIG"
# Modules of the core where most of a run's lines are, and whose every branch their own tests come to: to look
# at them again takes longer than all that a run does.
READ_ALL_THE_TIME = (
    "canonical",
    "comments",
    "document",
    "form",
    "layout",
    "manifest",
    "scalar",
    "settings",
    "shape",
    "tokens",
)
_BYTES = 4 << 20
_STREAMS = ("r", "w", "w")
# Arguments, folder, environment, KiB of address space, whether the permissions hold root.
Request = tuple[list[str], str, dict[str, str], int, bool]
# Run by a Python without its site packages, so that it starts at once: it hands over all that it has.
# `socket` itself imports a third of all that a start would.
CLIENT = """\
import os, sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket
data = repr((sys.argv[2:], os.getcwd(), dict(os.environ), 0, False)).encode()
server = socket(AF_UNIX, SOCK_STREAM)
server.connect(sys.argv[1])
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
server.sendmsg([b"%016d" % len(data)], [(SOL_SOCKET, SCM_RIGHTS, streams)])
server.sendall(data)
answer = server.recv(16)
sys.exit(int(answer) if answer else 70)
"""


def run(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    stdin: bytes = b"",
    seconds: float = 60,
    kibibytes: int = 0,
    is_held: bool = False,
) -> "subprocess.CompletedProcess[bytes]":
    """What a run left. Raises subprocess.TimeoutExpired; `kibibytes` limits its address space, 0 does not.

    One that `is_held` writes only where the permissions let it, root's too.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        streams = (given.fileno(), out.fileno(), err.fileno())
        code = _asked((list(arguments), str(folder), dict(environment), kibibytes, is_held), streams, seconds)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["plmctl", *arguments], code, out.read(), err.read())


def run_at(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: tuple[int, int, int]
) -> int:
    """The exit code of a run whose stdin, stdout and stderr are these files, such as a terminal."""
    return _asked((list(arguments), str(folder), dict(environment), 0, False), streams, 60)


def _asked(request: Request, streams: tuple[int, int, int], seconds: float) -> int:
    data = repr(request).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.settimeout(seconds)
        server.connect(address(request[2].get(MEASURING)))
        handed = array.array("i", streams)
        server.sendmsg([b"%016d" % len(data)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)])
        server.sendall(data)
        try:
            return int(server.recv(16) or b"70")
        except TimeoutError:
            raise subprocess.TimeoutExpired(request[0], seconds) from None


@cache
def address(measuring: str | None = None) -> str:
    """The socket of a server of this process, which ends with it; coverage is told how to measure."""
    folder = tempfile.mkdtemp(prefix="plmctl-warm-")
    path = os.path.join(folder, "s")
    command = [sys.executable, "-m", "tests.warm", path, *([measuring] if measuring else [])]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=kept
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.kill()
        process.wait()
        os.unlink(path)
        os.rmdir(folder)

    atexit.register(end)
    return path


def shim(path: Path) -> None:
    """Make a file that is `plmctl` on a PATH."""
    client = path.with_name(".client.py")
    words = f"{sys.executable} -S -E -I {client} {address()}"
    client.write_text(CLIENT, encoding="utf-8")
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _serve(path: str, *measuring: str) -> None:
    measured = _measured(*measuring) if measuring else None
    main = _imported()
    if measured is not None:
        # What is decided once for each file, whether to measure it, every run inherits.
        measured.stop()
        measured.save()
    _warm_up()
    # The runs leave alone what they inherit, and so need no copy of it.
    gc.collect()
    gc.freeze()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    woken, waking = socket.socketpair()
    waking.settimeout(0)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([server, woken], [], [])
        if woken in ready:
            woken.recv(_BYTES)
            _tell_ended(running)
        if server in ready:
            connection, _ = server.accept()
            received = _received(connection)
            if received is None:
                connection.close()
                continue
            request, streams = received
            child = os.fork()
            if child == 0:
                _forget_siblings(server, woken, waking, connection, *running.values())
                _become(request, streams, main, measured)
            for stream in streams:
                os.close(stream)
            running[child] = connection


def _forget_siblings(*sockets: socket.socket) -> None:
    """In a child: what belongs to the server, and to those that wait for other runs."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    for each in sockets:
        each.close()


def _tell_ended(running: dict[int, socket.socket]) -> None:
    """Tell the exit codes of all runs that have ended."""
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        with running.pop(child) as connection, suppress(OSError):
            # As a shell says it. Who asked may have given up.
            connection.sendall(b"%d" % (code if code >= 0 else 128 - code))


def _measured(measuring: str) -> coverage.Coverage:
    """What measures the runs, as the tests themselves are, and they count the files that no run comes to.

    What is of READ_ALL_THE_TIME is not counted here.
    """
    told = coverage.Coverage(config_file=f":data:{measuring}")
    measured = coverage.Coverage(
        data_file=str(told.get_option("run:data_file")),
        data_suffix=True,
        config_file=False,
        branch=True,
        include=[str(REPOSITORY / "plmctl" / "*")],
        omit=[str(REPOSITORY / "plmctl" / "core" / f"{name}.py") for name in READ_ALL_THE_TIME],
    )
    measured.start()
    return measured


def _imported() -> Callable[[], None]:
    import_all()
    program = importlib.import_module("plmctl.cli")
    main: Callable[[], None] = program.main
    return main


def _warm_up() -> None:
    """Put the commands together, compile the schemas and read a registry: none of it depends on a run."""
    from plmctl.cli.program import program
    from plmctl.core.diff import compare
    from plmctl.core.kinds import BUILT_IN
    from plmctl.core.registry import Registry
    from plmctl.rules.checks import findings
    from plmctl.rules.judge import judgements
    from tests.rules.registries import example_registry

    program()
    registry = example_registry()
    findings(registry)
    judgements(compare(Registry(settings=registry.settings, manifests={}), registry), registry.settings)
    for kind in BUILT_IN.shapes:
        shape = BUILT_IN.shape_of(kind)
        _ = shape.validator, shape.schema, shape.weight


def _received(connection: socket.socket) -> tuple[Request, list[int]] | None:
    """A request, and the streams that came with it; None from one who was killed before it asked."""
    size = array.array("i").itemsize * 3
    head, ancillary, _, _ = connection.recvmsg(16, socket.CMSG_SPACE(size))
    streams = array.array("i")
    for _, _, handed in ancillary:
        streams.frombytes(handed[:size])
    length, data = int(head or b"0"), b""
    while len(data) < length and (more := connection.recv(_BYTES)):
        data += more
    if not head or len(data) < length:
        for stream in streams:
            os.close(stream)
        return None
    request: Request = literal_eval(data.decode())
    return request, list(streams)


def _hold() -> None:
    """Give up what lets root write where permissions let nobody (capabilities: CAP_DAC_OVERRIDE)."""
    libc = ctypes.CDLL(None)
    # Programs that this one starts get nothing that is dropped here (prctl: PR_CAPBSET_DROP).
    libc.prctl(24, 1, 0, 0, 0)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, sets)
    for number in range(3):
        sets[number] &= ~2
    libc.capset(header, sets)


def _become(
    request: Request, streams: list[int], main: Callable[[], None], measured: coverage.Coverage | None
) -> NoReturn:
    arguments, folder, environment, kibibytes, is_held = request
    if is_held:
        _hold()
    for number, (stream, mode) in enumerate(zip(streams, _STREAMS, strict=True)):
        os.dup2(stream, number)
        os.close(stream)
        # What Python itself makes of its streams when it starts, in a locale of UTF-8.
        name = ("stdin", "stdout", "stderr")[number]
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
        setattr(sys, f"__{name}__", getattr(sys, name))
    if kibibytes:
        resource.setrlimit(resource.RLIMIT_AS, (kibibytes << 10, kibibytes << 10))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["plmctl", *arguments]
    if measured is not None:
        measured.start()
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    sys.stdout.flush()
    sys.stderr.flush()
    if measured is not None:
        measured.stop()
        measured.save()
    os._exit(code)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
