"""What `reelmill doctor` looks at: the API, the store, and the documents that cure both."""
