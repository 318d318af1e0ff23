"""What a reader may not do, enforced by the system even if a file takes over the reader.

Limits of memory, time, files and processes are POSIX; those of Linux are used where available.
"""

import contextlib
import ctypes
import os
import pwd
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from aecore.data.reading.syscalls import forbid_other_calls

POLITENESS = 10  # everything else on the machine has priority
MOST_FILES = 8  # open at a time: its connection, and a few to spare
PATIENCE = 4  # wall-clock seconds per second of processor time, on a busy machine
FIRST_TO_GO = "1000"  # for Linux, when memory is short
_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NO_NEW_RIGHTS = 1, 4, 38


@dataclass(frozen=True)
class Allowance:
    """What one job may take.

    memory: bytes, on top of what the reader starts with. seconds: of processor time. each: seconds
    of processor time per item, if the job reports when it begins one. answer: bytes of arrays in
    the answer.
    """

    memory: int
    seconds: int
    each: int
    answer: int

    @property
    def patience(self) -> int:
        """Wall-clock seconds."""
        return 30 + PATIENCE * self.seconds


def confine(allowance: Allowance, starter: int) -> None:
    """Permanently takes from this process what a reader does not need.

    Args:
        starter: the process with which it ends.
    """
    os.nice(POLITENESS)
    os.chdir("/")
    os.environ.clear()
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    _limit_memory(allowance.memory)
    _become_nobody()
    for what, most in (
        (resource.RLIMIT_CPU, allowance.seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most + (what == resource.RLIMIT_CPU)))
    signal.setitimer(signal.ITIMER_REAL, allowance.patience)
    if sys.platform == "linux":
        libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != starter:
            os._exit(0)
        libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_SET_NO_NEW_RIGHTS, 1, 0, 0, 0)
        forbid_other_calls(libc)


def begin_item(allowance: Allowance) -> None:
    """Gives the next item its own processor time."""
    signal.setitimer(signal.ITIMER_PROF, allowance.each)


def _limit_memory(most: int) -> None:
    """The address space, which is what the system can limit; macOS does not."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        taken = pages * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (taken + most, taken + most))


def _become_nobody() -> None:
    """Gives up root privileges, under which some limits do not apply."""
    if os.getuid() == 0:
        with contextlib.suppress(KeyError, OSError):
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
