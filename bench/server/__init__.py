"""Measures the server against its targets, beside peers and limits in the same run: `python -m bench.server`."""
