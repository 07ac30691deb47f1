# Everything one does with this checkout. Each target is a thin call into tools/, which also works without make.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-install test-arm64 lint bench chaos lock clean

help: ## Show this help
	@echo "Pi Security Camera"
	@echo
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Set up (first time only), then start the server and a sample camera
	@tools/bootstrap
	@exec .venv/bin/python -m tools.run

setup: ## Set up alone: Python environment and built web pages
	@tools/bootstrap

test: ## Set up what the tests need, then run every test
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.run_tests

test-install: ## Install the camera agent for real on fresh Debian 12 and 13 (root, mmdebstrap, minutes)
	@tools/bootstrap --dev
	@CHROOT_ARCHITECTURE=$(ARCHITECTURE) .venv/bin/python -m pytest -v auxiliary/tests/chroot_install.py

test-arm64: ## See that every package of the camera has a wheel for a 64-bit Pi
	@tools/bootstrap --dev
	@tools/check-arm64

lint: ## Check style, types, import directions and shell scripts
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.lint

bench: ## Measure motion detection and server beside their peers (PICAM_FOOTAGE=folder, see docs/guide/settings.md)
	@tools/bootstrap --dev
	@.venv/bin/python bench/motion.py
	@.venv/bin/python -m bench.server

chaos: ## Kill, fill and take away under load for some minutes, and count what was lost
	@tools/bootstrap --dev
	@.venv/bin/python -m e2e.chaos

lock: ## Pin the newest allowed versions of all Python packages, with hashes
	@tools/bootstrap --dev
	@tools/lock

clean: ## Remove what the set-up and the tests made (recordings in data/ stay)
	@rm -rf .venv client/dist client/node_modules e2e/output bench/output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed the set-up and test output; data/ was left alone."
