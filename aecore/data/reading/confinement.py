"""What a reader may not do: told to the system, which holds it whatever a file made of the reader.

Limits of memory, time, files and processes are POSIX; what only Linux has is taken where it is.
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

POLITENESS = 10  # everything else on the machine goes first
MOST_FILES = 8  # open at a time: nothing, its connection, and some to spare
PATIENCE = 4  # seconds on the clock for one of the processor, on a busy machine
FIRST_TO_GO = "1000"  # for Linux, when memory is short
_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NO_NEW_RIGHTS = 1, 4, 38


@dataclass(frozen=True)
class Allowance:
    """What one job may take.

    memory: bytes, beside what the reader starts with. seconds: of the processor. each: seconds of
    the processor for one item, if the job tells when it begins one. answer: bytes of arrays that
    may come back.
    """

    memory: int
    seconds: int
    each: int
    answer: int

    @property
    def patience(self) -> int:
        """Seconds on the clock."""
        return 30 + PATIENCE * self.seconds


def confine(allowance: Allowance, starter: int) -> None:
    """Takes from this process what a reader does not need, for good.

    Args:
        starter: the process that it ends with.
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
    """Gives the next item its own time of the processor."""
    signal.setitimer(signal.ITIMER_PROF, allowance.each)


def _limit_memory(most: int) -> None:
    """Address space, which is what the system can limit; macOS tells and holds none."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        taken = pages * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (taken + most, taken + most))


def _become_nobody() -> None:
    """Gives up being root, for whom some limits do not hold."""
    if os.getuid() == 0:
        with contextlib.suppress(KeyError, OSError):
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
