# SPDX-License-Identifier: MulanPSL-2.0
"""A PostgreSQL cluster that lives as long as the tests do."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "autovacuum": "off",
    "jit": "off",
}
"""Fast and forgetful: nothing here must survive. It listens on a socket file only. Statistics of
tables that every test leaves empty would let the planner expect none of the next one's rows.
"""


@contextmanager
def throw_away_cluster(binaries: str) -> Iterator[str]:
    """Start a cluster from the programs in a folder; gives the address of its database.

    Raises subprocess.CalledProcessError when it cannot be made or started.
    """
    with _cluster(binaries) as made:
        _run(
            f"{binaries}/initdb", "--pgdata", made.data, "--username=linli", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        made.start()
        _run(f"{binaries}/createdb", "--host", str(made.folder), "--username=linli", "linli")
        yield f"postgres://linli@/linli?host={made.folder}"


@contextmanager
def standby_of(binaries: str, host: str, **options: str) -> Iterator["Cluster"]:
    """A cluster that follows the one behind a socket, as a streaming replica. Raises as above."""
    with _cluster(binaries, **options) as made:
        _run(
            f"{binaries}/pg_basebackup", "--host", host, "--username=linli", "--no-sync",
            "--pgdata", made.data, "--write-recovery-conf", "--checkpoint=fast",
        )  # fmt: skip
        made.start()
        yield made


@dataclass
class Cluster:
    """A cluster in a folder of its own, which is also where its socket lies."""

    binaries: str
    folder: Path
    options: dict[str, str]

    @property
    def data(self) -> str:
        """Its data directory."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {**SETTINGS, **self.options, "unix_socket_directories": str(self.folder)}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = str(self.folder / "log")
        self.say("--log", log, "-w", "-o", words, "start")

    def say(self, *words: str) -> None:
        """Tell `pg_ctl` something. Raises subprocess.CalledProcessError when it fails."""
        _run(f"{self.binaries}/pg_ctl", "--pgdata", self.data, *words)

    def kill(self) -> None:
        """Kill its processes, each a group of its own, as if the machine had lost its power."""
        postmaster = (self.folder / "data/postmaster.pid").read_text().split("\n", 1)[0]
        os.kill(int(postmaster), signal.SIGSTOP)
        below = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *below):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        while any(_runs(pid) for pid in (postmaster, *below)):
            time.sleep(0.01)


@contextmanager
def _cluster(binaries: str, **options: str) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    _give_away(folder)
    made = Cluster(binaries, folder, options)
    try:
        yield made
    finally:
        stop = [f"{binaries}/pg_ctl", "--pgdata", made.data, "-m", "immediate", "stop"]
        subprocess.run([*_as_somebody(), *stop], capture_output=True, check=False, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: str) -> bool:
    """Whether a process is there and not merely waiting for its parent to ask how it ended."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _run(*command: str) -> None:
    """Run one of PostgreSQL's programs; what it says is shown only when it fails."""
    done = subprocess.run(
        [*_as_somebody(), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        print(done.stdout)
        done.check_returncode()


def _as_somebody() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return []
    user = _somebody()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        user = _somebody()
        os.chown(folder, user.pw_uid, user.pw_gid)


def _somebody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
