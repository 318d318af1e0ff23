"""`evaluate`: measures a run's model again, or all shipped ones beside PCA and their goals."""

from dataclasses import asdict

import numpy as np

from aecore.commands.interrupting import load_keras
from aecore.commands.options import (
    add_command,
    add_directory,
    add_json,
    add_measured_run,
    store_of,
)
from aecore.commands.printing import print_json, show
from aecore.runs.run import RunDamaged
from aecore.shipped.anchors import Anchors
from aecore.shipped.goals import GOALS, Measured


def add_evaluate(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "evaluate", evaluate)
    which = parser.add_mutually_exclusive_group(required=True)
    add_measured_run(which, nargs="?")
    which.add_argument(
        "--shipped",
        action="store_true",
        help="all shipped models, compared with their goals and PCA",
    )
    add_directory(parser)
    add_json(parser)


def evaluate(options) -> int:
    """Measures a model again on the test images, or all shipped models."""
    if options.shipped:
        return _evaluate_shipped(options)
    load_keras()
    import keras

    from aecore.analysis.reconstruction import measure, reconstruct
    from aecore.analysis.report import CORRUPTION_SEED
    from aecore.data.corruption import corrupt
    from aecore.data.datasets import load

    run = store_of(options).get(options.run)
    if not run.model_path.exists():
        raise RunDamaged("{} has no model yet: it is {}.", run.id, run.status().state)
    data = load(run.dataset)
    clean, layout = data.test.images, data.layout
    inputs = np.asarray(corrupt(clean, *run.corruption, CORRUPTION_SEED, layout))
    model = keras.models.load_model(run.model_path, compile=False)
    figures = measure(clean, reconstruct(model, inputs), layout)
    show({"run": run.id, "dataset": run.dataset, **figures}, options.json)
    return 0


def _evaluate_shipped(options) -> int:
    """The status is 1 if a goal is missed."""
    load_keras()
    from aecore.data.datasets import load

    data, rows, measured = load("mnist"), [], {}
    anchors = Anchors(data)
    for goal in GOALS:
        if goal.model not in measured:
            measured = {goal.model: Measured(goal.model, data)}  # one at a time: memory
        value = float(measured[goal.model].figures[goal.figure]())
        said = {"beside": goal.beside.format_map(anchors)}  # published figures stand as they are
        rows.append(asdict(goal) | said | {"value": value, "reached": goal.reached(value)})
    if options.json:
        print_json(rows)
    else:
        print(f"{'model':28}{'figure':18}{'measured':>10}  {'goal':10}{'':4}beside")
        for row in rows:
            sign, mark = "≥" if row["at_least"] else "≤", "" if row["reached"] else "no"
            words = f"{row['value']:>10.4g}  {sign} {row['bound']:<8.4g}{mark:4}{row['beside']}"
            print(f"{row['model']:28}{row['figure']:18}{words}")
    return 0 if all(row["reached"] for row in rows) else 1
