"""What the centres do with their modules, prices, resources, hours and policies, and what the platform publishes."""
