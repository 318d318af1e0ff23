"""How it is learnt: the experiment, and the loop that trains it."""
