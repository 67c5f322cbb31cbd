"""The types of the contract, one file a noun."""
