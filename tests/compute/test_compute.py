"""Real workers: calls, jobs, and a worker that dies."""

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import dask
import keras
import numpy as np
import psutil
import pytest
from dask.utils import parse_timedelta
from small import small_experiment
from waiting import PATIENCE, wait_for, wait_for_epoch, wait_until

from aecore.analysis.reconstruction import squared_errors
from aecore.compute.calls import CallFailed, Calls
from aecore.compute.job import LOST, interrupt
from aecore.compute.jobs import MOST_TRAININGS, Jobs, count_slots
from aecore.compute.measuring import Measurements
from aecore.compute.training import train
from aecore.compute.workers import Workers
from aecore.data.splits import DataUnavailable
from aecore.environment import MEMORY
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import pack
from aecore.generation.study import Generation
from aecore.models import AUTOENCODERS
from aecore.runs.control import ask_pause, ask_rate, ask_stop
from aecore.runs.store import RunStore
from aecore.runs.studies import kept
from aecore.training.experiment import Experiment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workers():
    workers = Workers()
    workers.client(PATIENCE)
    yield workers
    workers.close()


@pytest.fixture
def runs(tmp_path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small_experiment("undercomplete"))
    train(run)
    return run


def test_a_call_answers_what_keras_would(workers, finished, digits):
    images = digits.test.images[:9]
    rebuilt = Calls(workers).rebuild(finished.model_path, images)
    model = keras.models.load_model(finished.model_path)
    np.testing.assert_allclose(rebuilt.outputs, model(images), atol=1e-5)
    np.testing.assert_array_equal(rebuilt.inputs, images)
    np.testing.assert_allclose(rebuilt.errors, squared_errors(images, rebuilt.outputs))
    corrupted = Calls(workers).rebuild(finished.model_path, images, ("masking", 0.5), seed=3)
    assert (corrupted.inputs == 0).mean() > (images == 0).mean()
    codes = np.asarray(model.get_layer("encoder")(images))
    np.testing.assert_allclose(
        Calls(workers).decode(finished.model_path, codes), rebuilt.outputs, atol=1e-5
    )


def test_images_are_placed_where_the_report_has_them(workers, finished, digits):
    from aecore.analysis.report import Report

    report = Report.from_arrays(finished.report_arrays())
    placed = Calls(workers).place(finished.path, digits.test.images[report.mapped[:5]])
    np.testing.assert_allclose(placed.places, report.latent.places[:5], atol=1e-3)
    assert vars(placed).keys() == {"places", "neighbours"}  # nothing that nobody reads
    spread = np.linalg.norm(report.latent.neighbours.std(axis=0))
    off = np.linalg.norm(placed.neighbours - report.latent.neighbours[:5], axis=1)
    assert np.median(off) < spread / 2


def test_a_network_is_described_without_being_trained(workers):
    for key, kind in AUTOENCODERS.items():
        network = Calls(workers).describe(kind(), (28, 28, 1))
        assert network.parameters > 0, key


def test_a_bad_call_is_a_sentence_and_the_next_one_works(workers, finished, tmp_path, digits):
    bad = tmp_path / "model.keras"
    bad.write_bytes(b"nonsense")
    for path in (bad, tmp_path / "missing.keras"):
        with pytest.raises(CallFailed, match="could not do this"):
            Calls(workers).rebuild(path, digits.test.images[:1])
    assert len(Calls(workers).rebuild(finished.model_path, digits.test.images[:1]).errors) == 1


def test_a_file_from_elsewhere_comes_in_or_is_refused_with_its_reason(workers, finished, tmp_path):
    calls, content = Calls(workers), pack(finished)
    found = calls.inspect([("it.run.zip", content)])
    assert (found.kind, found.key, found.fitting) == ("run", "undercomplete", ("digits",))
    id = calls.bring_in([("it.run.zip", content)], RunStore(tmp_path / "runs"))
    assert id == finished.id and RunStore(tmp_path / "runs").get(id).problem() == ""
    changed = bytearray(content)
    changed[content.index(b"val_loss")] ^= 1  # in the history
    for ask in (calls.inspect, lambda *file: calls.bring_in(*file, RunStore(tmp_path / "runs"))):
        with pytest.raises(FileRefused, match=r"history\.csv"):
            ask([("it.run.zip", bytes(changed))])
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_codes_and_a_litert_model_are_given_away(workers, finished, digits):
    found = Calls(workers).codes(finished.path)
    assert len(found.codes) == len(found.errors) == len(digits.test)
    np.testing.assert_allclose(found.errors, finished.report_arrays()["errors"], rtol=1e-4)
    assert Calls(workers).litert(finished.path)[4:8] == b"TFL3"


def test_a_client_that_was_just_closed_has_no_slots():
    from distributed import Client

    client = Client(processes=False, n_workers=1, resources={"jobs": 2}, dashboard_address=None)
    assert count_slots(client)["jobs"] == 2
    client.close()
    assert set(count_slots(client).values()) == {0}


def test_data_that_is_not_here_is_a_sentence(workers, finished, tmp_path):
    run = RunStore(tmp_path).get(shutil.copytree(finished.path, tmp_path / "undercomplete-1").name)
    words = json.loads((run.path / "experiment.json").read_text())
    words["dataset"] = "own-gone-28-grey-00000000"
    (run.path / "experiment.json").write_text(json.dumps(words))
    with pytest.raises(DataUnavailable, match=r"^The data set .* is not on this machine"):
        Calls(workers).codes(run.path)


def test_a_job_trains_and_calls_do_not_wait_for_it(workers, runs, finished, digits):
    run = runs.create(small_experiment("undercomplete", epochs=1000))
    Jobs(workers).submit(run)
    wait_for(run, "training")
    rebuilt = Calls(workers).rebuild(finished.model_path, digits.test.images[:3])
    assert len(rebuilt.errors) == 3
    while run.status().epoch < 2:
        assert run.status().state == "training"
        time.sleep(0.05)
    ask_stop(run)
    assert wait_for(run, "stopped").epoch > 0
    assert run.usable


def test_the_same_experiment_gives_the_same_run_here_and_there(workers, runs):
    here = runs.create(small_experiment("sparse", epochs=2))
    there = runs.create(small_experiment("sparse", epochs=2))
    train(here)
    Jobs(workers).submit(there)
    wait_for(there, "finished")
    models = [keras.models.load_model(run.model_path) for run in (here, there)]
    for mine, theirs in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_a_queued_run_can_be_stopped(workers, runs):
    jobs = Jobs(workers)
    first = runs.create(small_experiment("undercomplete", epochs=1000))
    second = runs.create(small_experiment("undercomplete", epochs=1000))
    jobs.submit(first)
    wait_for(first, "training")
    jobs.submit(second)
    time.sleep(1)
    assert second.status().state == "queued"
    ask_stop(second)
    assert second.status().state == "stopped"
    ask_stop(first)
    wait_for(first, "stopped")
    assert second.status().state == "stopped" and not second.model_path.exists()


def trainer(workers) -> int | None:
    """The process of the worker that trains; None while it is being restarted."""
    for address, info in workers.client().scheduler_info(n_workers=-1)["workers"].items():
        if "jobs" in info["resources"]:
            with contextlib.suppress(OSError):  # it has just gone
                return workers.client().run(os.getpid, workers=[address])[address]
    return None


def test_a_killed_worker_harms_one_run_which_goes_on(workers, runs, finished, digits):
    jobs = Jobs(workers)
    run = runs.create(small_experiment("undercomplete", epochs=1000))
    other = runs.create(small_experiment("undercomplete"))
    jobs.submit(run)
    jobs.submit(other)
    wait_for_epoch(run, 2)
    os.kill(trainer(workers), signal.SIGKILL)
    assert "worker ended" in wait_for(run, "interrupted").message
    assert len(Calls(workers).rebuild(finished.model_path, digits.test.images[:1]).errors) == 1
    wait_for(other, "finished")
    jobs.submit(run)
    again = wait_for(run, "training")
    wait_for_epoch(run, again.epoch + 2)  # one that is stopped at once has no model
    ask_stop(run)
    wait_for(run, "stopped")
    assert run.usable and run.problem() == ""


def test_a_paused_run_frees_its_slot_and_goes_on(workers, runs):
    jobs = Jobs(workers)
    first, second = (runs.create(small_experiment("undercomplete", epochs=1000)) for _ in range(2))
    jobs.submit(first)
    wait_for_epoch(first, 2)
    jobs.submit(second)
    assert second.status().state == "queued"
    ask_pause(first)
    paused = wait_for(first, "paused")
    wait_for_epoch(second, 1)
    jobs.submit(first)
    ask_rate(second, 0.01)
    assert first.status().state == "queued"
    ask_pause(second)
    wait_for(second, "paused")
    assert [change.learning_rate for change in second.changes()] == [0.01]
    wait_for_epoch(first, paused.epoch + 1)
    ask_stop(first)
    wait_for(first, "stopped")
    epochs = first.history()["epoch"]
    assert epochs.tolist() == list(range(1, len(epochs) + 1)) and len(epochs) >= paused.epoch


def test_a_worker_that_trained_often_is_restarted_when_nobody_needs_it(workers, runs, caplog):
    jobs, others, before = Jobs(workers), Jobs(workers), trainer(workers)
    for address in workers.client().scheduler_info(n_workers=-1)["workers"]:
        jobs._trained[address] = MOST_TRAININGS - 1
    first, long = (runs.create(small_experiment("undercomplete", epochs=1000)) for _ in range(2))
    last = runs.create(small_experiment("linear"))
    jobs.submit(first)
    wait_for(first, "training")
    others.submit(long)  # by another dashboard: it begins on the same worker when the first ends
    wait_until(lambda: any(long.id in str(key) for key in workers.client().futures))
    ask_stop(first)
    wait_for_epoch(long, 2)
    ask_stop(long)
    wait_for(long, "stopped")
    assert trainer(workers) == before
    jobs.submit(last)
    wait_for(last, "finished")
    wait_until(lambda: trainer(workers) not in (before, None))
    assert "ERROR" not in caplog.text and "lose already computed" not in caplog.text


def test_a_run_cancelled_while_it_waits_or_trains_is_gone(workers, runs):
    jobs = Jobs(workers)
    first, second, third = (
        runs.create(small_experiment("undercomplete", epochs=1000 if long else 1))
        for long in (True, True, False)
    )
    for run in (first, second, third):
        jobs.submit(run)
    wait_for(first, "training")
    runs.cancel(second)
    runs.cancel(first)
    wait_for(third, "finished")
    assert runs.runs() == [third]


def test_waiting_runs_may_change_places(workers, runs):
    jobs = Jobs(workers)
    long, first, second = (
        runs.create(small_experiment("undercomplete", epochs=1000 if i == 0 else 1))
        for i in range(3)
    )
    for run in (long, first, second):
        jobs.submit(run)
    wait_for_epoch(long, 1)
    assert [jobs.place(run) for run in (long, first, second)] == [None, 0, 1]
    jobs.prefer(second)
    assert [jobs.place(run) for run in (first, second)] == [1, 0]
    ask_stop(first)
    ask_stop(long)
    wait_for(second, "finished")
    assert first.status().state == "stopped"


SERVER = """
import os, sys, time
from aecore.compute.jobs import Jobs
from aecore.compute.workers import Workers
from aecore.runs.store import RunStore
if __name__ == "__main__":
    workers, store = Workers(), RunStore(sys.argv[1])
    jobs = Jobs(workers)
    for id in sys.argv[2:]:
        jobs.submit(store.get(id))
    print(*workers.client(300).run(os.getpid).values(), flush=True)
    time.sleep(600)
"""


def test_a_killed_server_leaves_no_process_and_the_next_one_goes_on(
    workers, runs, tmp_path, monkeypatch
):
    trains, waits = (runs.create(small_experiment("undercomplete", epochs=1000)) for _ in range(2))
    program = tmp_path / "server.py"
    program.write_text(SERVER)
    server = subprocess.Popen(
        [sys.executable, str(program), str(runs.directory), trains.id, waits.id],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = [int(pid) for pid in server.stdout.readline().split()]
    assert len(pids) == 2
    wait_for_epoch(trains, 2)
    server.kill()
    server.wait()
    server.stdout.close()
    wait_until(lambda: not any(map(psutil.pid_exists, pids)))
    with monkeypatch.context() as impatient:
        impatient.setattr("aecore.runs.run.STALE_SECONDS", 0.5)
        for run in (trains, waits):
            run.write_status(wait_for(run, "interrupted"))
    jobs = Jobs(workers)
    for run in (trains, waits):
        assert "gone" in run.status().message
        jobs.submit(run)
    wait_for(trains, "training")
    ask_stop(waits)
    ask_stop(trains)
    wait_for(trains, "stopped")
    assert trains.usable and trains.problem() == "" and waits.status().state == "stopped"


def test_a_training_that_would_take_too_much_memory_is_refused_before_it_takes_any(
    runs, monkeypatch
):
    monkeypatch.setenv(MEMORY, "1.0")
    workers = Workers()
    try:
        jobs = Jobs(workers)
        wide = {"encoder_layers": [4096, 4096], "decoder_layers": [4096, 4096]}
        large = runs.create(Experiment.of("deep", wide, dataset="digits", epochs=1000))
        small = runs.create(small_experiment("linear"))
        for run in (large, small):
            jobs.submit(run)
            assert "would need about" in wait_for(run, "failed").message
    finally:
        workers.close()


def test_a_training_whose_worker_died_of_memory_says_so(runs):
    run = runs.create(small_experiment("linear"))
    for memory, told in ((900_000_000, "0.9 of the 1.0 GB"), (100_000_000, "worker ended")):
        status = dataclasses.replace(run.status(), state="training", memory=memory)
        interrupt(run, dataclasses.replace(status, memory_limit=1_000_000_000), LOST)
        assert told in run.status().message and run.status().state == "interrupted"


def test_dask_tells_other_users_of_the_machine_nothing(workers):
    """Its plain HTTP pages would name the runs of everybody, private ones too."""
    client = workers.client()
    known = client.scheduler_info(n_workers=-1)
    served = [known, *known["workers"].values()]
    ports = [each["services"]["dashboard"] for each in served if "dashboard" in each["services"]]
    for port in ports:
        for page in ("", "status", "info/main/workers.html", "json/identity.json", "metrics"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10)


def test_temporary_files_of_a_worker_go_with_its_folder(workers):
    def folders(dask_worker) -> tuple[str, str]:
        return tempfile.gettempdir(), dask_worker.local_directory

    for ours, given in workers.client().run(folders).values():
        assert ours == given


def test_a_failing_training_says_why(workers, runs):
    run = runs.create(small_experiment("undercomplete"))
    run.model_path.mkdir()  # nothing can be written over a folder
    Jobs(workers).submit(run)
    assert "could not be written" in wait_for(run, "failed").message


def test_a_worker_that_is_slow_to_come_back_is_waited_for(workers):
    workers.client()
    # Dask takes a worker off its list that has not come back by then, and never starts it again
    patience = dask.config.get("distributed.deploy.lost-worker-timeout")
    assert parse_timedelta(patience) > 24 * 3600


def known_tasks(dask_scheduler):
    return [str(key) for key in dask_scheduler.tasks]


def test_a_measurement_is_made_by_a_worker_and_kept(workers, finished):
    measurements, name = Measurements(workers), Generation.name
    measurements.start(finished, name)
    wait_until(lambda: measurements.progress(finished, name) is None)
    assert measurements.problem(finished, name) == ""
    assert kept(finished, Generation) is not None
    scheduler = workers.client()
    wait_until(lambda: not any("measure" in key for key in scheduler.run_on_scheduler(known_tasks)))
