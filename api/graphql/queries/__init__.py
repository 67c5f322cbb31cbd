"""The queries of the contract, one file a noun."""
