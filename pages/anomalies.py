"""Anomalies: learn what is normal, then find what is not."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.applications.anomalies.page import anomalies_page
    from aecore.dashboard.model.import_notice import import_notice
    from aecore.dashboard.model.importing import import_button
    from aecore.dashboard.train.live import watch

    anomalies_page(watch, import_button, import_notice)
