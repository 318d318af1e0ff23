"""A Dask cluster on loopback, started by the commands that README gives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from server import free_port

ROOT = Path(__file__).parent.parent


class Cluster:
    """README's commands, on loopback.

    Args:
        folder: for logs and what workers keep.
        environment: of all its processes, beside the one there is.
    """

    def __init__(self, folder: Path, **environment: str):
        self.environment = environment
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.folder, self.processes = folder, []

    def start(self, *words: str, core: int | None = None) -> subprocess.Popen:
        bound = [] if core is None else ["taskset", "-c", str(core)]
        log = (self.folder / f"{len(self.processes)}-{words[0]}.log").open("w")
        process = subprocess.Popen(
            [*bound, sys.executable, "-m", "dask", *words],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def scheduler(self) -> subprocess.Popen:
        return self.start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )

    def worker(self, resources: str, core: int | None = None) -> subprocess.Popen:
        return self.start(
            *("worker", self.address, "--nthreads", "1", "--resources", resources),
            *("--preload", "aecore.compute.preload", "--host", "127.0.0.1", "--no-dashboard"),
            *("--local-directory", str(self.folder)),
            core=core,
        )

    def kill(self, process: subprocess.Popen) -> None:
        """Takes a machine away: the process and its children, at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
