"""The same work without a browser: python -m aecore."""

import sys

from aecore.arguments import given, parser
from aecore.commands.control import REFUSALS, cancel, jobs, pause, rate, stop
from aecore.commands.evaluate import evaluate_shipped
from aecore.commands.exchange import export, import_
from aecore.commands.images import reconstruct, score
from aecore.commands.naming import named, rename
from aecore.commands.printing import print_json, show
from aecore.commands.sweep import begin_sweep, resume_sweep
from aecore.commands.training import (
    ProgressBar,
    begin,
    print_figures,
    resume,
)
from aecore.compute.preload import import_keras
from aecore.compute.workers import WorkersUnavailable
from aecore.data.datasets import DataUnavailable
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.run import RunDamaged
from aecore.runs.series import measured
from aecore.runs.store import RunStore
from aecore.runs.sweeps import SweepDamaged
from aecore.training.experiment import Experiment

FAILURES = (KeyError, RunDamaged, SweepDamaged, DataUnavailable, WorkersUnavailable, *REFUSALS)


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0 done, 1 it failed, 2 it was asked wrongly."""
    options = parser(
        types,
        train,
        sweep,
        evaluate,
        runs,
        export,
        pretrain,
        import_,
        reconstruct,
        score,
        jobs,
        pause,
        resume,
        stop,
        cancel,
        rate,
        rename,
    ).parse_args(arguments)
    try:
        return options.command(options) or 0
    except SettingError as problem:
        print(f"{problem}", file=sys.stderr)
        return 2
    except FAILURES as problem:
        print(problem.args[0], file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"A file could not be written or read: {problem}.", file=sys.stderr)
        return 1


def types(options) -> None:
    """Lists the types."""
    if options.json:
        print_json(
            {
                key: {
                    "title": kind.title,
                    "summary": kind.summary,
                    "reference": kind.reference,
                    "hyperparameters": kind().to_dict(),
                    "recipe": kind.recipe,
                }
                for key, kind in AUTOENCODERS.items()
            }
        )
        return
    for key, kind in AUTOENCODERS.items():
        print(f"{key:14} {kind.summary}")


def train(options) -> int:
    """Trains an experiment into a run folder, with a progress bar."""
    return begin(RunStore(options.runs).create(_experiment(options)), options)


def sweep(options) -> int:
    """Trains a type at several values of one setting or two; `sweep resume` goes on with one."""
    if options.key == "resume":
        return resume_sweep(options)
    return begin_sweep(_experiment(options), options)


def _experiment(options) -> Experiment:
    kind = AUTOENCODERS[options.key]
    return Experiment.of(options.key, given(options, kind), **given(options, Experiment))


def evaluate(options) -> int:
    """Measures a run's model, or all that ship, again on the test images of the data set."""
    if options.shipped:
        return evaluate_shipped(options)
    import_keras()
    import keras

    from aecore.analysis.reconstruction import measure, reconstruct
    from aecore.analysis.report import CORRUPTION_SEED
    from aecore.data.corruption import corrupt
    from aecore.data.datasets import load

    run = RunStore(options.runs).get(options.run)
    if not run.model_path.exists():
        raise RunDamaged(f"{run.id} has no model yet: it is {run.status().state}.")
    clean = load(run.dataset).test.images
    inputs = corrupt(clean, *run.corruption, CORRUPTION_SEED)
    model = keras.models.load_model(run.model_path, compile=False)
    figures = measure(clean, reconstruct(model, inputs))
    show({"run": run.id, "dataset": run.dataset, **figures}, options.json)
    return 0


def runs(options) -> None:
    """Lists the runs of the directory."""
    rows = []
    for run in RunStore(options.runs).runs():
        problem = run.problem()
        row = {"run": run.id, "state": "damaged" if problem else run.status().state}
        row |= named(run)
        if problem:
            row["problem"] = problem
        elif run.usable:
            row |= measured(run)
        rows.append(row)
    if options.json:
        print_json(rows)
        return
    if not rows:
        print(f"There are no runs in {options.runs} yet; `train KEY` makes one.")
    for row in rows:
        sse = f"SSE {row['sse']:.2f}" if "sse" in row else row.get("problem", "")
        print(f"{row['run']:40} {row['state']:12} {sse:12} {row.get('name', '')}".rstrip())


def pretrain(options) -> int:
    """Makes the shipped models again, or only what is measured of them."""
    import_keras()
    from aecore.compute.shipping import ship, ship_series, ship_studies
    from aecore.shipped.recipes import RECIPES

    known = AUTOENCODERS if options.series else RECIPES
    for name in options.names or known:
        if name not in known:
            raise KeyError(f"There is no {name!r}; there are: {', '.join(known)}.")
        if options.studies:
            ship_studies(name)
            continue
        with ProgressBar(quiet=False) as bar:
            if options.series:
                ship_series(name, bar)
            else:
                print_figures(ship(name, bar), as_json=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
