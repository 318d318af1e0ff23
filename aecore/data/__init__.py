"""What goes in: named data sets and corruption, as checked arrays."""
