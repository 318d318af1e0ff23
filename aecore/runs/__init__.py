"""Runs on disk: one folder each."""
