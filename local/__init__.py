"""The embedded stack: PostgreSQL, SeaweedFS and the API as one process tree, out of wheels.

`python -m local run` keeps it up, `python -m local demo FILE` sends one file through it.
Tests start its parts alone. Nothing but tests and the Makefile imports this package.
"""
