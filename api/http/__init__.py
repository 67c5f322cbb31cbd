"""Everything the process answers over plain HTTP, beside GraphQL."""
