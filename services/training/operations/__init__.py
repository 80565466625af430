"""What can happen in the training."""
