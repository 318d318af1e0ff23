"""A cluster started by hand: jobs find their workers, and its losses are survived."""

import time

import pytest
from cluster import Cluster
from small import small_experiment
from waiting import PATIENCE, wait_for, wait_for_epoch

from aecore.compute.calls import CallFailed, Calls
from aecore.compute.jobs import Jobs
from aecore.compute.workers import SETTINGS, Workers
from aecore.environment import SCHEDULER
from aecore.models.linear import Linear
from aecore.runs.control import ask_stop
from aecore.runs.store import RunStore

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs")
    yield cluster
    cluster.close()


def test_losing_a_worker_or_the_scheduler_is_survived(cluster, tmp_path, monkeypatch):
    monkeypatch.setenv(SCHEDULER, cluster.address)
    monkeypatch.setattr("aecore.compute.calls.NOBODY_SECONDS", 0.5)
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
    with pytest.raises(
        CallFailed, match="There is no worker for this"
    ):  # nor does it answer questions
        Calls(workers).describe(Linear(), (8, 8, 1))
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
    ask_stop(asks)
    wait_for(asks, "stopped")
    cluster.kill(third)
    wait_for(plain, "interrupted")
    second.wait(PATIENCE)  # a worker without a scheduler ends by itself: none is left behind
    jobs.submit(asks)
    time.sleep(1)
    assert asks.status().state == "queued"
    cluster.scheduler()
    cluster.worker("gpu=1")
    wait_for(asks, "training")
    ask_stop(asks)
    wait_for(asks, "stopped")
    assert asks.usable and asks.problem() == ""
    workers.close()
