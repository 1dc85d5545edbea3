"""Messages of the contracts, made by scripts/generate.py."""
