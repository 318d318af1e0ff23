"""A cluster started by hand: jobs find their workers, and its losses are survived."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from server import free_port
from small import small_experiment
from test_compute import wait_for, wait_for_epoch

from aecore.compute.jobs import Jobs
from aecore.compute.workers import SCHEDULER, SETTINGS, Workers
from aecore.runs.store import RunStore

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parent.parent


class Cluster:
    """README's commands, on loopback."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.folder, self.processes = folder, []

    def start(self, *words: str) -> subprocess.Popen:
        log = (self.folder / f"{len(self.processes)}-{words[0]}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=ROOT,
            env={**os.environ, "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"},
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

    def worker(self, resources: str) -> subprocess.Popen:
        return self.start(
            *("worker", self.address, "--nthreads", "1", "--resources", resources),
            *("--preload", "aecore.compute.preload", "--host", "127.0.0.1", "--no-dashboard"),
            *("--local-directory", str(self.folder)),
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


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs")
    yield cluster
    cluster.close()


def test_losing_a_worker_or_the_scheduler_is_survived(cluster, tmp_path, monkeypatch):
    monkeypatch.setenv(SCHEDULER, cluster.address)
    monkeypatch.setattr("aecore.runs.run.STALE_SECONDS", 5.0)
    monkeypatch.setitem(SETTINGS, "distributed.comm.timeouts.connect", "3s")
    runs, workers = RunStore(tmp_path / "runs"), Workers()
    jobs = Jobs(workers)
    long = small_experiment("undercomplete", epochs=1000, batch_size=4)
    plain, asks = runs.create(long), runs.create(long)
    jobs.submit(plain)
    jobs.submit(asks, gpu=True)
    time.sleep(2)
    assert plain.status().state == asks.status().state == "queued"  # nobody is there yet
    scheduler = cluster.scheduler()
    first = cluster.worker("jobs=1")
    wait_for_epoch(plain, 1)
    assert asks.status().state == "queued"  # that worker has no GPU
    second = cluster.worker("gpu=1")
    wait_for_epoch(asks, 1)
    assert plain.status().state == asks.status().state == "training"  # both at once

    cluster.kill(first)
    assert "gone" in wait_for(plain, "interrupted").message
    assert asks.status().state == "training"
    jobs.submit(plain)
    time.sleep(1)
    assert plain.status().state == "queued"
    third = cluster.worker("jobs=1")
    wait_for(plain, "training")

    cluster.kill(scheduler)
    time.sleep(1)
    assert asks.status().state == "training"  # who has work goes on with it
    jobs.stop(asks)
    wait_for(asks, "stopped")
    cluster.kill(third)
    wait_for(plain, "interrupted")
    second.wait(60)  # a worker without a scheduler ends by itself: none is left behind
    jobs.submit(asks)
    time.sleep(1)
    assert asks.status().state == "queued"
    cluster.scheduler()
    cluster.worker("gpu=1")
    wait_for(asks, "training")
    jobs.stop(asks)
    wait_for(asks, "stopped")
    assert asks.usable and asks.problem() == ""
    workers.close()
