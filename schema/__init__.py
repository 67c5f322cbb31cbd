"""Every shape that crosses a process boundary.

This package may import the standard library, pydantic and a YAML reader, and nothing else of this
repository: the API, the runner and the SDK all stand on it.
"""
