"""The Linux system calls that a reader may make: to compute, and to answer.

None of them opens, writes or finds a file, creates a socket or a process, or reaches another
one. All other calls fail as if the kernel did not have them.
"""

import ctypes
import os
import platform

_ALLOWED = {  # name → number on x86-64, on 64-bit ARM
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "poll": (7, None),
    "ppoll": (271, 73),
    "lseek": (8, 62),
    "close": (3, 57),
    "fstat": (5, 80),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "setitimer": (38, 103),
    "restart_syscall": (219, 128),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "times": (100, 153),
    "sysinfo": (99, 179),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_TO_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}  # as `abort` does
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, audit's number

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # bytes into what the kernel shows a filter
_ALLOW, _MISSING = 0x7FFF0000, 0x00050000 | 38  # ENOSYS, after which libraries try another way
_SET_SECCOMP, _FILTER = 22, 2


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction))]


def forbid_other_calls(libc: ctypes.CDLL) -> bool:
    """Permanently limits this process to the calls above; whether the system supports that.

    `PR_SET_NO_NEW_PRIVS` must have been set before.
    """
    if platform.machine() not in _MACHINES:
        return False
    steps = _steps(*_MACHINES[platform.machine()], os.getpid())
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    return libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0


def _steps(column: int, architecture: int, pid: int) -> list[tuple[int, int, int, int]]:
    """The filter: a few comparisons per call, until one decides."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _MISSING),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in _ALLOWED.values():
        if numbers[column] is not None:
            steps += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ALLOW)]
    for numbers in _TO_ITSELF.values():
        steps += [
            (_EQUAL, 0, 3, numbers[column]),
            (_LOAD, 0, 0, _FIRST_ARGUMENT),
            (_EQUAL, 0, 1, pid),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return [*steps, (_RETURN, 0, 0, _MISSING)]
