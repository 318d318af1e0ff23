"""Runs: everything that was trained or imported here, in one table."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.runs.page import runs_page

    runs_page()
