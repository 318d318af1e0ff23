"""Runs: everything that was trained or imported here, in one table."""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.runs.page import runs_page

    runs_page()
