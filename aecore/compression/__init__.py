"""Codes as small files: quantised, entropy-coded, and measured beside image formats and PCA."""
