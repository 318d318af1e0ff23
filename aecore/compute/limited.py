"""A function in a process of its own, which is ended at a limit of time or memory.

It is for work with imported models, since Dask cannot end a call that has started. The process also
ends with its parent.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from aecore.compute.memory import memory_limit
from aecore.compute.preload import import_keras, lower_priority
from aecore.data.refusal import Refusal
from aecore.data.splits import DataUnavailable
from aecore.exchange.archive import FileRefused

LOOK_SECONDS = 0.2
FIRST_TO_GO = "1000"  # for Linux, when memory is short
_REFUSALS = {kind.__name__: kind for kind in (FileRefused, DataUnavailable)}


def limited(function: Callable, *arguments, seconds: float) -> Any:
    """The result of a function, which must be plain values of JSON.

    Args:
        function: at the top level of a module.
        arguments: anything that can be pickled.
        seconds: after which it is ended.

    Raises:
        FileRefused, DataUnavailable: the function did, or it took too long or too much memory.
    """
    path = os.pathsep.join(filter(None, (*sys.path, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        return _answer(_told(process, pickle.dumps((function, arguments)), seconds))
    finally:
        process.kill()
        process.wait()
        for pipe in filter(None, (process.stdin, process.stdout)):
            pipe.close()


def _told(process: subprocess.Popen, order: bytes, seconds: float) -> bytes:
    """The answer of the process, if it comes within the limits."""
    told: list[bytes] = []

    def talk() -> None:
        assert process.stdin is not None and process.stdout is not None  # pipes, as asked for
        try:
            process.stdin.write(len(order).to_bytes(8, "little") + order)
            process.stdin.flush()  # and left open: the process ends when it is closed
            told.append(process.stdout.read())
        except (OSError, ValueError):  # the process was ended
            pass

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    most, waited = memory_limit(), 0.0
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        waited += LOOK_SECONDS
        if waited > seconds:
            raise FileRefused("It was stopped after {:.0f} seconds: it takes too long.", seconds)
        if _memory(process.pid) > most:
            raise FileRefused("It was stopped: it takes more than {:.1f} GB of memory.", most / 1e9)
    return told[0] if told else b""


def _memory(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:  # it has ended
        return 0


def _answer(told: bytes) -> Any:
    if not told:
        raise FileRefused("The process that measured it ended; perhaps it took too much memory.")
    answer = json.loads(told)
    if "refused" in answer:
        kind, sentence, parts = answer["refused"]
        raise _REFUSALS[kind](sentence, *parts)
    return answer["gives"]


def _serve() -> None:
    """The process: calls the function that it receives, and writes the answer."""
    out = os.dup(1)
    os.dup2(2, 1)  # what libraries print is not the answer
    length = int.from_bytes(sys.stdin.buffer.read(8), "little")
    function, arguments = pickle.loads(sys.stdin.buffer.read(length))
    threading.Thread(target=_end_with_starter, daemon=True).start()
    if sys.platform == "linux":
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    lower_priority()
    import_keras()
    try:
        answer = {"gives": function(*arguments)}
    except tuple(_REFUSALS.values()) as problem:
        kind = next(name for name, kind in _REFUSALS.items() if isinstance(problem, kind))
        parts = [str(part) if isinstance(part, Refusal) else part for part in problem.parts]
        answer = {"refused": [kind, problem.sentence, parts]}
    with os.fdopen(out, "w") as told:
        json.dump(answer, told)
    os._exit(0)


def _end_with_starter() -> None:
    sys.stdin.buffer.read(1)
    os._exit(1)


if __name__ == "__main__":
    _serve()
