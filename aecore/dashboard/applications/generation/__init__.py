"""The application Generation: samples, how good they are, and ways through the codes."""
