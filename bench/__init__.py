"""Measurements that are too slow or too noisy for tests: run by hand and by `make bench`."""
