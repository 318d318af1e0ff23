"""Plotly figures and pixel-exact image grids, drawn from numbers alone."""
