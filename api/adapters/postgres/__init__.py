"""PostgreSQL: pools, named queries and migrations. asyncpg is used here and nowhere else."""
