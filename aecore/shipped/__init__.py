"""The models that ship with the program: their recipes, goals and what stands beside them."""
