"""A reader answers exactly, may die of anything, and is gone when nobody wants it any more."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
import reader_jobs as jobs
from reader_jobs import header
from waiting import PATIENCE, wait_until

from aecore.data.reading import launching
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.launching import NotStarted, prepare
from aecore.data.reading.places import Places
from aecore.data.reading.process import Reader, ReadingEnded

ROOT = Path(__file__).parents[3]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux alone")
SOME = Allowance(memory=256 * 2**20, seconds=60, each=30, answer=2**30)


def answers(job, words=None, files=(), allowance=SOME, reader=None) -> list:
    return list((reader or Reader()).read(job, words, files, allowance))


def ended(job, words=None, **options) -> ReadingEnded:
    with pytest.raises(ReadingEnded) as caught:
        answers(job, words, **options)
    return caught.value


def is_gone(pid: int, seconds: float = 30) -> bool:
    """Whether a process ends within that time."""
    try:
        psutil.Process(pid).wait(seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def test_words_files_and_arrays_come_back_as_they_are():
    words = {"a": [1, 2.5, None, True, "ä \U0001f600 \x00"], "b": {}}
    files = [("one", b"123"), ("empty", b""), ("large", os.urandom(5_000_000))]
    (said, arrays), *rest = answers(jobs.echo, words, iter(files))
    assert said == words and list(arrays) == list(jobs.ARRAYS)
    for name, expected in jobs.ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], expected)
        assert arrays[name].dtype == expected.dtype.newbyteorder("<")
        assert arrays[name].shape == expected.shape
    assert [(name, found["content"].tobytes()) for name, found in rest] == files


def test_answers_come_one_by_one_and_files_are_asked_for_one_by_one():
    asked = []

    def files():
        for name in "abc":
            asked.append(name)
            yield name, b""

    seen = []
    for name, _ in Reader().read(jobs.echo, None, files(), SOME):
        seen.append((name, list(asked)))
    assert seen == [(None, []), ("a", ["a"]), ("b", ["a", "b"]), ("c", ["a", "b", "c"])]


def test_each_job_has_a_process_of_its_own():
    first, second = (next(Reader().read(jobs.pid, None, (), SOME))[0] for _ in range(2))
    assert first[1] == second[1] and len({first[0], second[0], first[1], os.getpid()}) == 4
    assert is_gone(first[0]) and is_gone(second[0])


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL"])
def test_a_crash_is_told_as_one_with_the_item_it_happened_on(name):
    problem = ended(jobs.crash, int(getattr(signal, name)))
    assert str(problem) == f"Reading it crashed the library that reads such files ({name})."
    assert problem.item == "the item"


@pytest.mark.parametrize("number", [0, 3])
def test_an_end_without_a_word_is_told(number):
    assert "ended unexpectedly" in str(ended(jobs.leaves, number))


def test_a_reader_that_the_system_ends_is_told():
    assert "lack of memory" in str(ended(jobs.crash, int(signal.SIGKILL)))


@LINUX
def test_a_memory_bomb_is_ended_at_its_limit():
    problem = ended(jobs.memory, allowance=Allowance(64 * 2**20, 60, 30, 2**20))
    assert str(problem) == "Reading it takes more than 64 MB of memory."


def test_an_endless_loop_is_ended_at_its_seconds_of_the_processor():
    problem = ended(jobs.forever, allowance=Allowance(2**28, 1, 30, 2**20))
    assert str(problem) == "Reading takes more than 1 s of processor time."


def test_an_endless_item_is_ended_at_its_own_seconds():
    reading = Reader().read(jobs.second_forever, None, (), Allowance(2**28, 60, 1, 2**20))
    assert next(reading)[0] == 1
    with pytest.raises(ReadingEnded, match="it takes more than 1 s") as caught:
        next(reading)
    assert caught.value.item == "second"


def test_a_reader_that_does_nothing_is_ended_by_the_clock(monkeypatch):
    monkeypatch.setattr(Allowance, "patience", 1)
    assert "longer than 1 s" in str(ended(jobs.waits))


def test_a_fault_of_ours_is_told_without_its_words(caplog):
    problem = ended(jobs.fault)
    assert str(problem) == "It could not be read: an internal error."
    assert problem.item == "a.png"
    assert "RuntimeError" in caplog.text and "\x1b" not in caplog.text


def test_answers_larger_than_allowed_are_not_taken():
    with pytest.raises(ReadingEnded, match="its arrays are too large"):
        answers(jobs.large, 2**20, allowance=Allowance(2**28, 60, 30, 3 * 2**20))


@pytest.mark.parametrize(
    "content",
    [
        "", "ff", b"[]".hex(), b'{"words": 1}'.hex(), ("[" * 100_000).encode().hex(),
        *(
            header(["answer", None], arrays)
            for arrays in (
                [["a", "|O", [1]]], [["a", "O", []]], [["a", "<f4", [-1]]], [["a", "<f4", [2**62]]],
                [["a", "<f4", [0, 2**62]]], [["a", "<f4", [2**35, 2**35]]], [["a", "<f4", [1.5]]],
                [["a", "<f4", [True]]], [["a", "<f4", "1"]], [["a", "<f4", [1] * 99]],
                [[1, "<f4", []]], [["a", "<U0", [9]]], [["a", "<V8", [1]]], [["a", "<M8[s]", [1]]],
                [["a", "raw", [1]]], [["a", "<f4,<f4", [1]]], [["a"]],
                5, ["a"],
            )
        ),
        header(["open", "/etc/passwd"]), header("answer"), header(["begin", 5]), header({"a": 1}),
    ],
    ids=lambda content: content[:20],
)  # fmt: skip
def test_what_a_captured_reader_sends_is_never_more_than_a_refusal(content):
    assert "no usable answer" in str(ended(jobs.raw, content))


def test_a_header_of_any_length_is_not_waited_for():
    assert "no usable answer" in str(ended(jobs.long_header))


@LINUX
def test_a_reader_can_neither_write_nor_look_around_nor_reach_others(tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "victim").write_text("x")
    ((worked, _),) = answers(jobs.attempts, [str(tmp_path), os.getpid()])
    assert worked == [] and [path.name for path in tmp_path.iterdir()] == ["victim"]
    (((environment, held), _),) = answers(jobs.surroundings)
    assert environment == {} and held == [0, 1, 2, 3]


def test_without_linux_the_limits_of_posix_still_hold(tmp_path):
    """macOS has no filter of calls; there a reader can read files, which SECURITY.md tells."""
    tmp_path.chmod(0o777)
    limited = ["write a file", "fork", "start a thread", "have more time", "become root"]
    code = (
        "import json, os; from aecore.data.reading import confinement, job; import reader_jobs\n"
        "confinement.forbid_other_calls = lambda libc: False\n"
        "allowance = confinement.Allowance(2**28, 60, 30, 2**20)\n"
        "confinement.confine(allowance, os.getppid())\n"
        f"order = job.Order(None, {[str(tmp_path), os.getpid(), *limited]}, allowance)\n"
        "print(json.dumps([next(reader_jobs.attempts(order))[0], os.getcwd(), dict(os.environ)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT}/tests"},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout) == [[], "/", {}]


def test_giving_up_ends_the_reader():
    reading = Reader().read(jobs.pid, None, (), SOME)
    (pid, _), _ = next(reading)
    assert psutil.pid_exists(pid)
    reading.close()
    assert is_gone(pid)


def test_what_a_look_raises_ends_the_reader():
    class Stop(Exception):
        pass

    wanted = threading.Event()

    def look() -> None:
        if wanted.is_set():
            raise Stop

    reading = Reader(look=look).read(jobs.pid, None, (), SOME)
    (pid, _), _ = next(reading)
    wanted.set()
    with pytest.raises(Stop):
        next(reading)
    assert is_gone(pid)


STARTER = """
import sys, time
import reader_jobs
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.process import Reader
reading = Reader().read(reader_jobs.pid, None, (), Allowance(2**28, 600, 600, 2**20))
print(*next(reading)[0], flush=True)
{then}
"""


@pytest.mark.parametrize("then", ["next(reading)", "pass", "raise SystemExit(3)"])
@pytest.mark.parametrize("kill", [True, False])
def test_reader_and_template_end_with_their_starter_whatever_ends_it(then, kill):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(then=then if not kill else "time.sleep(600)")],
        cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT}/tests"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    reader, template = map(int, starter.stdout.readline().split())
    if kill or then == "next(reading)":
        starter.kill()
    starter.wait(60)
    starter.stdout.close()
    assert is_gone(reader) and is_gone(template)


LEAVER = """
import json, os, select
from aecore.data.reading.launching import _Keeper

control = _Keeper().start()
control.send(json.dumps({{"import": ["PIL.Image", "numpy"]}}).encode())
{then}
os._exit(0)
"""


@pytest.mark.parametrize("then", ["", "select.select([control], [], [])"])
def test_a_template_whose_starter_left_before_it_read_an_answer_ends_without_a_word(then):
    left = subprocess.run(
        [sys.executable, "-c", LEAVER.format(then=then)],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip  # its standard error is the template's too, and ends when both have
    assert (left.returncode, left.stderr) == (0, "")


@LINUX
def test_a_reader_ends_with_its_template_and_the_next_one_is_started():
    reading = Reader().read(jobs.pid, None, (), SOME)
    (pid, template), _ = next(reading)
    os.kill(template, signal.SIGKILL)
    with pytest.raises(ReadingEnded, match="was terminated"):
        next(reading)
    assert is_gone(pid)
    (_, another), _ = next(Reader().read(jobs.pid, None, (), SOME))
    assert another != template and is_gone(template)


def test_ctrl_c_is_the_starters():
    (_, template), _ = next(Reader().read(jobs.pid, None, (), SOME))
    os.kill(template, signal.SIGINT)
    assert next(Reader().read(jobs.pid, None, (), SOME))[0][1] == template


def test_modules_are_imported_before_the_first_job():
    prepare(["reader_jobs"])
    with pytest.raises(NotStarted):
        prepare(["there_is_no_such_module"])
    assert len(answers(jobs.count, 3)) == 3  # it still works


def test_no_descriptor_or_process_is_left_behind():
    answers(jobs.count, 1)
    me = psutil.Process()
    before = me.num_fds()
    template = psutil.Process(launching._keeper.process.pid)
    inside = template.num_fds()
    for _ in range(20):
        answers(jobs.count, 3)
        next(Reader().read(jobs.count, 3, (), SOME))
        ended(jobs.crash, int(signal.SIGSEGV))
    # the template hears of the last ones a moment later
    wait_until(lambda: not template.children() and template.num_fds() <= inside)
    # and another thread may hold one for a moment
    wait_until(lambda: me.num_fds() <= before, lambda: (me.open_files(), me.net_connections("all")))


def enter(places: Places, by: str, order: list, leave: threading.Event) -> threading.Thread:
    """Somebody who takes a place, notes that, and leaves it when told."""

    def visit() -> None:
        with places.taken(by, lambda: None):
            order.append(by)
            leave.wait()

    thread = threading.Thread(target=visit)
    thread.start()
    return thread


def test_one_at_a_time_per_person_and_few_in_all():
    places, order = Places(2), []
    leave = {name: threading.Event() for name in ("ann 1", "ann 2", "bob", "cy")}
    threads = [enter(places, "ann", order, leave["ann 1"])]
    wait_until(lambda: order == ["ann"])
    threads.append(enter(places, "ann", order, leave["ann 2"]))
    wait_until(lambda: len(places._waiting) == 1)
    threads.append(enter(places, "bob", order, leave["bob"]))
    wait_until(lambda: order == ["ann", "bob"])  # past the second of ann, who has one
    threads.append(enter(places, "cy", order, leave["cy"]))
    wait_until(lambda: len(places._waiting) == 2)
    leave["bob"].set()
    wait_until(lambda: order == ["ann", "bob", "cy"])
    leave["ann 1"].set()
    wait_until(lambda: order == ["ann", "bob", "cy", "ann"])
    for event in leave.values():
        event.set()
    for thread in threads:
        thread.join(60)
    assert not places._waiting and not places._taken


def test_nobody_has_places_of_their_own_but_anybodys_are_not_counted():
    places, order, leave = Places(3), [], threading.Event()
    threads = [enter(places, "", order, leave) for _ in range(3)]
    wait_until(lambda: len(order) == 3)
    leave.set()
    for thread in threads:
        thread.join(60)


def test_giving_up_waiting_frees_the_place():
    class Stop(Exception):
        pass

    def look() -> None:
        raise Stop

    places = Places(1)
    with places.taken("ann", lambda: None):
        with pytest.raises(Stop), places.taken("bob", look):
            pass
        assert not places._waiting
    with places.taken("bob", look):
        pass
