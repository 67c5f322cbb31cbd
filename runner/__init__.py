"""The process that touches media: one task of one job, from claim to completion.

It may import `schema` and nothing else of this repository.
"""
