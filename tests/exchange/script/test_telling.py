"""What a script tells of the run that it was written from."""

from made_runs import made_run

from aecore.exchange.script.telling import told_of
from aecore.runs.store import RunStore


def test_a_script_tells_in_which_epoch_its_run_was_stopped(tmp_path):
    run = made_run(RunStore(tmp_path), state="stopped")
    assert len(run.history()["loss"]) == 3
    assert "It was stopped in epoch 4; the script trains to the end." in told_of(run)
    assert "stopped" not in told_of(made_run(RunStore(tmp_path)))
