"""The shop's stacks."""
