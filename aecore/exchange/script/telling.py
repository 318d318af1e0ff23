"""What a script tells of the run that it was written from."""

from aecore.data.refusal import Refusal
from aecore.runs.run import Run


def told_of(run: Run) -> str:
    """The test error of a run, and what was changed while it trained; in sentences."""
    sentences = []
    try:
        status, changes, error = run.status(), run.changes(), _error(run)
        completed = len(run.history().get("loss", ()))
    except Refusal:  # a damaged run still has its experiment
        return ""
    if error is not None:
        sentences.append(f"The run that this script was written from reached {error:.6g} here.")
    if status.state == "stopped":
        sentences.append(f"It was stopped in epoch {completed + 1}; the script trains to the end.")
    if changes:
        words = "; ".join(change.in_words() for change in changes)
        sentences.append(f"During its training this was changed: {words}. The script does without.")
    return " ".join(sentences)


def _error(run: Run) -> float | None:
    from aecore.runs.series import measured

    return measured(run).get(run.source.kind.error.metric)
