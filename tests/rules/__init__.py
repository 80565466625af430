"""The house rules that no ready-made tool checks."""
