"""The client's methods, one file a topic. `reelmill.client.Client` is made of them."""
