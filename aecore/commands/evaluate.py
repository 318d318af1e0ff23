"""`evaluate --shipped`: what the shipped models reach, beside PCA, published figures and goals."""

from dataclasses import asdict

from aecore.commands.printing import print_json
from aecore.compute.preload import import_keras
from aecore.shipped.anchors import Anchors
from aecore.shipped.goals import GOALS, Measured


def evaluate_shipped(options) -> int:
    """Measures every shipped model anew; the status is 1 if a goal is missed."""
    import_keras()
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
