"""Addresses, masks and prefixes as integers."""
