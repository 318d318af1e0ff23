"""Lists: `types` and `runs`."""

from aecore.commands.naming import named
from aecore.commands.options import add_command, add_directory, add_json, store_of
from aecore.commands.printing import print_json
from aecore.figures.numbers import significant
from aecore.models import AUTOENCODERS
from aecore.runs.series import measured


def add_listing(commands) -> None:
    """Adds the commands of this file."""
    add_json(add_command(commands, "types", types))
    listing = add_command(commands, "runs", runs)
    add_directory(listing)
    add_json(listing)


def types(options) -> None:
    """Lists the types of autoencoder."""
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


def runs(options) -> None:
    """Lists all runs with their state and error."""
    rows = []
    for run in store_of(options).runs():
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
        print(f"There are no runs in {options.runs} yet; `train TYPE` creates one.")
    for row in rows:
        error = row.get("problem", "")
        if "mse" in row:  # images have a sum, too
            error = "SSE" if "sse" in row else "MSE"
            error += f" {significant(row[error.lower()], 4)}"
        print(f"{row['run']:40} {row['state']:12} {error:12} {row.get('name', '')}".rstrip())
