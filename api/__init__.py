"""The web process: GraphQL, HTTP and job control."""
