"""Anomalies: learn what is normal, then find what is not."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.applications.anomalies.page import anomalies_page
    from aecore.dashboard.train.live import watch

    anomalies_page(watch)
