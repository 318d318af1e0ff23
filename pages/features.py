"""Features: what a code is worth for other tasks, and search by code."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.applications.features.page import features_page

    features_page()
