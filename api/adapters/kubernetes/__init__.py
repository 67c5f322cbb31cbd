"""The executor of a cluster: runners are Kubernetes Jobs. The client lives here only."""
