"""The queue goes on whatever happens to its keeper, its workers or its server."""

import dataclasses
import errno
import json
import threading
import time

import pytest
from small import small_experiment
from waiting import PATIENCE, wait_for, wait_until

from aecore.compute.jobs import Jobs
from aecore.compute.queue import GPU, JOB, FairQueue
from aecore.compute.resuming import continue_queue
from aecore.runs import control
from aecore.runs.checkpoints import LAST, has_checkpoint
from aecore.runs.owner import Visitor
from aecore.runs.requests import PAUSE, RESTART, STOP, request, requested
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import RunStore


class IdleWorkers:
    """Workers that are there; who trains is another's matter."""

    problem, failed, address = "", False, None

    def client(self, patience: float = 0.0):
        return None


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def jobs(monkeypatch) -> Jobs:
    """A queue with one slot whose trainings are over at once."""
    monkeypatch.setattr("aecore.compute.jobs.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("aecore.compute.jobs.count_slots", lambda _: {JOB: 1, GPU: 0})
    monkeypatch.setattr(Jobs, "_work", lambda self, run, turn: ended(run))
    return Jobs(IdleWorkers())


def ended(run: Run) -> str:
    run.write_status(dataclasses.replace(run.status(), state="finished"))
    return ""


def queued(store: RunStore, visitor: Visitor | None = None) -> Run:
    return RunStore(store.directory, visitor).create(small_experiment("linear"))


def raises_first(count: int, problem: BaseException, then):
    """A function that fails a few times, and then does what it should."""
    left = [count]

    def function(*arguments):
        if left[0]:
            left[0] -= 1
            raise problem
        return then(*arguments)

    return function


@pytest.mark.parametrize(
    "problem",
    [RuntimeError("closed"), KeyError("workers"), TypeError(), ValueError("?"), OSError()],
    ids=repr,
)  # fmt: skip
def test_workers_that_cannot_be_asked_for_a_while_are_asked_again(
    store, jobs, monkeypatch, problem
):
    slots = raises_first(3, problem, lambda _: {JOB: 1, GPU: 0})
    monkeypatch.setattr("aecore.compute.jobs.count_slots", slots)
    for run in [queued(store) for _ in range(2)]:
        jobs.submit(run)
    for run in store.runs():
        wait_for(run, "finished")


def test_a_fault_of_the_keeper_itself_does_not_end_it(store, jobs, monkeypatch):
    begin = raises_first(2, ZeroDivisionError(), FairQueue.begin)
    monkeypatch.setattr(FairQueue, "begin", begin)
    run = queued(store)
    jobs.submit(run)
    wait_for(run, "finished")


def test_a_keeper_that_was_ended_is_replaced_by_the_next_submission(store, jobs, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(FairQueue, "begin", raises_first(1, SystemExit(), FairQueue.begin))
        first = queued(store)
        jobs.submit(first)
        jobs._keeper.join(PATIENCE)
        assert not jobs._keeper.is_alive() and first.status().state == "queued"
    second = queued(store)
    jobs.submit(second)
    for run in (first, second):
        wait_for(run, "finished")


def test_a_run_that_cannot_be_looked_after_leaves_the_others_their_turn(store, jobs, monkeypatch):
    wrong, right = queued(store), queued(store)
    leave = control.leave_queue

    def leave_queue(run, status):
        if run == wrong:
            raise UnicodeError("its folder has a strange file")
        return leave(run, status)

    monkeypatch.setattr(control, "leave_queue", leave_queue)
    for run in (wrong, right):
        jobs.submit(run)
    wait_for(right, "finished")
    wait_for(wrong, "interrupted")
    assert "UnicodeError: its folder has a strange file" in wrong.status().message


def test_a_training_that_cannot_be_started_says_why_and_frees_its_slot(store, jobs, monkeypatch):
    wrong, right = queued(store), queued(store)

    def work(self, run, turn):
        if run == wrong:
            raise AttributeError("no such future")
        return ended(run)

    monkeypatch.setattr(Jobs, "_work", work)
    for run in (wrong, right):
        jobs.submit(run)
    wait_for(right, "finished")
    wait_for(wrong, "interrupted")
    assert "AttributeError: no such future" in wrong.status().message


@pytest.mark.parametrize("name", ["write_status", "read_json"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.ESTALE], ids=errno.errorcode.get)
def test_a_file_that_fails_for_a_while_takes_no_run_out_of_the_queue(
    store, monkeypatch, name, code
):
    monkeypatch.setattr("aecore.compute.jobs.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("aecore.compute.jobs.HEARTBEAT_SECONDS", 0.0)
    slots, looks, failing = {JOB: 0, GPU: 0}, [], []
    monkeypatch.setattr(
        "aecore.compute.jobs.count_slots", lambda _: looks.append(failing[:]) or slots
    )
    whole = getattr(Run, name)

    def fails(self, *arguments):
        if failing:
            problem = OSError(code, "a hiccup")
            if name == "read_json":  # which tells of what it met as a damage
                raise RunDamaged("status.json") from problem
            raise problem
        return whole(self, *arguments)

    monkeypatch.setattr(Run, name, fails)
    monkeypatch.setattr(Jobs, "_work", lambda self, run, turn: ended(run))
    run, jobs = queued(store), Jobs(IdleWorkers())
    jobs.submit(run)
    failing.append(True)
    wait_until(lambda: looks.count([True]) > 2)  # each after a look at every run
    failing.clear()
    slots[JOB] = 1
    wait_for(run, "finished")


class Future:
    """A training that is over once its run no longer reads queued."""

    status, key = "pending", "train"

    def __init__(self, over):
        self.done, self.cancelled = over, lambda: True

    def cancel(self):
        pass


def test_a_full_disk_loses_no_run_that_is_handed_to_a_worker(store, monkeypatch):
    monkeypatch.setattr("aecore.compute.jobs.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("aecore.compute.jobs.count_slots", lambda _: {JOB: 1, GPU: 0})
    run, handed, tried = queued(store), [], []
    write = Run.write_status

    def full(self, status):
        if threading.current_thread() is not threading.main_thread() and len(tried) < 3:
            tried.extend(handed)
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, status)

    class Client:
        def submit(self, *_, **__):
            handed.append(run.id)
            return Future(lambda: len(tried) >= 3)

    monkeypatch.setattr(Run, "write_status", full)
    workers = IdleWorkers()
    monkeypatch.setattr(workers, "client", lambda patience=0.0: Client(), raising=False)
    jobs = Jobs(workers)
    jobs.submit(run)
    wait_until(lambda: len(tried) >= 3)
    assert handed == [run.id] and run.status().state == "queued"
    wait_until(lambda: not jobs.queue.order())


class Submissions:
    """Takes down what is queued again, and for whom."""

    def __init__(self):
        self.made = []

    def submit(self, run, restart=False, by=""):
        control.enqueue(run, restart)
        self.made.append((run.id, by))


def left(run: Run, state: str = "queued", ticket: str = "0badcafe", since: float = 0.0) -> Run:
    """A run whose server ended an hour ago."""
    status = dataclasses.replace(run.status(), state=state, ticket=ticket, queued=since)
    words = dataclasses.asdict(status) | {"heartbeat": time.time() - 3600}
    (run.path / "status.json").write_text(json.dumps(words))
    return run


def test_a_restarted_server_continues_the_queue_in_its_order(store):
    late, early = left(queued(store), since=20.0), left(queued(store), since=10.0)
    owned = left(queued(store, Visitor("issuer|ada", "Ada")), since=15.0)
    trained, never = left(queued(store), "training"), left(queued(store), ticket="")
    assert late.status().state == "interrupted"
    jobs = Submissions()
    continue_queue(jobs, store)
    assert jobs.made == [(early.id, ""), (owned.id, "issuer|ada"), (late.id, "")]
    assert late.status().state == "queued"
    for run in (trained, never):  # one had begun, for the other nobody had asked
        assert run.status().state == "interrupted"


def test_a_restarted_server_restarts_what_was_to_be_restarted(store):
    run = queued(store)
    (run.path / LAST).write_bytes(b"of epoch 3")
    run.write_status(dataclasses.replace(run.status(), state="failed", message="Out of luck."))
    left(run, ticket=control.enqueue(run, restart=True))
    continue_queue(Submissions(), store)
    assert run.status().state == "queued" and requested(run, RESTART) and has_checkpoint(run.path)
    control.ask_stop(run)
    assert (run.status().state, run.status().message) == ("failed", "Out of luck.")


def test_who_waits_for_a_living_server_is_left_to_it(store, monkeypatch):
    monkeypatch.setattr("aecore.compute.resuming.STALE_SECONDS", 0.2)
    monkeypatch.setattr("aecore.compute.resuming.LOOK_SECONDS", 0.05)
    run = queued(store)
    ticket = control.enqueue(run)
    jobs = Submissions()
    continue_queue(jobs, store)
    assert not jobs.made and run.status().ticket == ticket


def test_a_server_that_was_killed_a_moment_ago_is_waited_for(store, monkeypatch):
    for room in ("runs.run", "compute.resuming"):
        monkeypatch.setattr(f"aecore.{room}.STALE_SECONDS", 3.0)
    monkeypatch.setattr("aecore.compute.resuming.LOOK_SECONDS", 0.05)
    run = queued(store)
    control.enqueue(run)
    assert run.status().state == "queued"  # its last heartbeat is still fresh
    jobs = Submissions()
    continue_queue(jobs, store)
    assert jobs.made == [(run.id, "")]


@pytest.mark.parametrize("asked, state", [(STOP, "stopped"), (PAUSE, "paused")])
def test_what_was_asked_of_a_waiting_run_still_counts(store, asked, state):
    run = left(queued(store))
    request(run, asked)
    jobs = Submissions()
    continue_queue(jobs, store)
    assert not jobs.made and run.status().state == state


def test_damaged_and_deleted_runs_do_no_harm(store):
    damaged, gone, well = (left(queued(store), since=float(i)) for i in range(3))
    (damaged.path / "status.json").write_text('{"state": 3}')

    class Deleting(Submissions):
        def submit(self, run, restart=False, by=""):
            if run == gone:
                store.directory.joinpath(gone.id, "status.json").unlink()
            super().submit(run, restart, by)

    jobs = Deleting()
    continue_queue(jobs, store)
    assert jobs.made == [(well.id, "")]
