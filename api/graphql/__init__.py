"""The GraphQL contract. Strawberry lives here and nowhere else."""
