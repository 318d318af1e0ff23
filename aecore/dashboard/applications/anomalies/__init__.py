"""Anomalies: learn what is normal, then judge what is new."""
