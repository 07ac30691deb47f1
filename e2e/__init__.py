"""Whole-system tests: the real server, the real camera agent on recorded footage, and a real browser."""
