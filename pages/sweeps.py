"""Sweeps: the same training at many values of a setting."""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.sweeps.page import sweeps_page

    sweeps_page()
