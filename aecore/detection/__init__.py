"""Anomalies: scores, thresholds, detectors, baselines and their evaluation, as plain numbers."""
