"""Sweeps: the same training at many values of a setting."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.sweeps.page import sweeps_page

    sweeps_page()
