"""The edges: one package or file for each thing outside this process."""
