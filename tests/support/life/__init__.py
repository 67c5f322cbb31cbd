"""A world without machines: the real services over a real database, everything else scripted."""
