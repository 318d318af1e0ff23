"""Data: what there is to learn from, and how to add to it."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.data.page import data_page

    data_page()
