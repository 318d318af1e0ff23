"""An experiment as a plain Keras script, and as a notebook: text alone, no Keras is loaded."""
