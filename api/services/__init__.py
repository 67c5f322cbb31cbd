"""Use cases: one file a verb or noun."""
