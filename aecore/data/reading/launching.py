"""The template of this process: started when a reader is first needed, and again if it is gone."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aecore.data.reading import job, template
from aecore.data.reading.confinement import Allowance
from aecore.data.refusal import Refusal

_LAUNCH = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from aecore.data.reading.template import main; main(int(sys.argv[2]))"
)
_ENVIRONMENT = {  # threads do not survive a fork, and HDF5 plugins are foreign code
    "PATH": os.defpath,
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "HDF5_PLUGIN_PRELOAD": "::",
    # glibc: pixels lie where the last image's lay; asking the system anew took half of the time
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**28),
}
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


class NotStarted(Refusal):
    """No reader could be started."""


class _Keeper:
    """The template of this process: started when first needed, and again if it is gone."""

    def __init__(self):
        self.lock = threading.Lock()
        self.control: socket.socket | None = None
        self.process: subprocess.Popen | None = None

    def ask(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Sends the template a request; a template that is gone is replaced."""
        with self.lock:
            answer = self.answer(request, descriptors) or self.answer(request, descriptors)
        if answer != template.DONE:
            raise NotStarted("No reader could be started; the server's log says why.")

    def answer(self, request: dict[str, Any], descriptors: list[int]) -> bytes:
        """The template's answer; empty if it is gone."""
        try:
            control = self.control = self.control or self.start()
            socket.send_fds(control, [json.dumps(request).encode()], descriptors)
            answer = control.recv(1)
        except OSError:
            answer = b""
        if not answer:
            self.forget()
        return answer

    def start(self) -> socket.socket:
        """Starts a template with the module paths of this process, and little else of it."""
        control, its = socket.socketpair()
        paths = json.dumps([str(Path(path).resolve()) for path in sys.path])
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with its:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", _LAUNCH, paths, str(its.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                env=_ENVIRONMENT | kept,
                start_new_session=True,
            )
        return control

    def forget(self) -> None:
        """Ends the template, so that a new one is started next time."""
        if self.control is not None:
            self.control.close()
        if self.process is not None:
            self.process.wait()
        self.control = self.process = None


_keeper = _Keeper()
os.register_at_fork(after_in_child=_keeper.__init__)  # the template belongs to the parent


def fork(work: job.Job, allowance: Allowance) -> tuple[socket.socket, socket.socket]:
    """Starts a reader; its connection, and the one that reports its end.

    Raises:
        NotStarted: it could not be.
    """
    end, its_end = socket.socketpair()
    told, teller = socket.socketpair()
    with its_end, teller:
        request = {
            "import": list(job.needed_by(work)),
            "job": job.name_of(work),
            "allowance": vars(allowance),
        }
        try:
            _keeper.ask(request, [its_end.fileno(), teller.fileno()])
        except BaseException:
            end.close()
            told.close()
            raise
    return end, told


def prepare(modules: Iterable[str]) -> None:
    """Imports modules that readers will need, so that the first is as quick as the others.

    Raises:
        NotStarted: there is no such module, or no template.
    """
    _keeper.ask({"import": list(modules)}, [])
