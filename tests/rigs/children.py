"""Child processes that never outlive the tests, and the small things every rig needs."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

Child = subprocess.Popen[bytes]


def need(program: str, *names: str, package: str) -> str:
    """The path of a program of the system. A test that needs it fails when it is missing; it does not skip."""
    for name in (program, *names):
        found = shutil.which(name)
        if found:
            return found
    raise AssertionError(f"{program} is missing. Run `make test`, or: apt-get install -y {package}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes],
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    cwd: Path | None = None,
) -> Child:
    """Start a child in its own process group. The kernel ends it when the tests die without saying goodbye."""
    tie = [need("setpriv", package="util-linux"), "--pdeathsig", "TERM"]
    if user is not None:
        tie += ["--reuid", user, "--regid", _group_of(user), "--clear-groups"]
    return subprocess.Popen(
        [*tie, *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )


def stop(child: Child, *, with_signal: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask the child to end, and end its whole group when it does not."""
    if child.poll() is None:
        child.send_signal(with_signal)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            kill(child)
    _kill_group(child)


def kill(child: Child) -> None:
    """SIGKILL to the child and to everything it started: what a power cut looks like to the rest of the world."""
    _kill_group(child)
    child.wait(10)


def _kill_group(child: Child) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of them have ended by themselves


def _group_of(user: str) -> str:
    import grp
    import pwd

    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def wait_until(is_so: Callable[[], bool], *, what: str, seconds: float = 20) -> None:
    """Wait for a condition; fail and say which one when it does not come."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.02)
