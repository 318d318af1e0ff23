"""The same work without a browser: python -m aecore."""

import os
import signal
import sys


def main(arguments: list[str] | None = None) -> int:
    """Runs a command.

    Returns:
        The exit status: 0 done, 1 it failed, 2 it was asked wrongly, 130 interrupted.
    """
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is lost yet: end without a word
    try:
        from aecore.commands.running import run

        signal.signal(signal.SIGINT, heard)
        status = run(arguments)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
