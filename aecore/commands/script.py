"""`script`: the experiment of a run as a plain Keras script or notebook."""

from pathlib import Path

from aecore.commands.options import add_command, add_directory, add_measured_run, store_of
from aecore.exchange.script.cells import as_notebook, as_python
from aecore.exchange.script.data import data_file, file_name, needs_file
from aecore.exchange.script.telling import told_of
from aecore.exchange.script.writing import script_of
from aecore.runs.files import write_text, write_whole


def add_script(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "script", script)
    add_measured_run(parser)
    parser.add_argument("--out", metavar="FILE", help="default: RUN.py, or RUN.ipynb")
    parser.add_argument("--notebook", action="store_true", help="write a Jupyter notebook")
    add_directory(parser)


def script(options) -> None:
    """Writes the experiment of a run as a Keras script, and its data where it needs a file."""
    run = store_of(options).get(options.run)
    write, suffix = (as_notebook, ".ipynb") if options.notebook else (as_python, ".py")
    out = Path(options.out or f"{run.id}{suffix}")
    cells = script_of(run.recipe, run.source, told_of(run))
    if needs_file(run.dataset):
        content, beside = data_file(run.dataset), out.with_name(file_name(run.dataset))
        write_whole(beside, lambda partial: partial.write_bytes(content))
        print(beside)
    write_text(out, write(cells))
    print(out)
