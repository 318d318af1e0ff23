"""What a code is worth for other tasks: classifiers from few labels, fine-tuning, search."""
