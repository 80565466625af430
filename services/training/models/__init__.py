"""Tables of the training."""
