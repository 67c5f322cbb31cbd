"""The mutations of the contract, one file a verb."""
