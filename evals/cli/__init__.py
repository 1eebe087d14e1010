"""The commands of `python -m evals`; no other folder of this package prints."""
