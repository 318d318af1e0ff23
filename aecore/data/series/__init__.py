"""Time series: CSV and WAV files → channels → windows → checked arrays, and back."""
