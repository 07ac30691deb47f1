# Everything one does with this checkout. Each target is a thin call into tools/, which also works without make.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-install test-debian test-arm64 lint bench chaos fuzz sbom audit lock clean

help: ## Show this help
	@echo "Pi Security Camera"
	@echo
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# Without compiled modules each of the hundred processes that the tests start, and each server and camera, would compile
# thousands of them again: seconds per start.
unexport PYTHONDONTWRITEBYTECODE

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

test-debian: ## Run the camera's tests under Debian's own python3 with apt's numpy, av and pillow (what a Pi has)
	@tools/test-debian

test-arm64: ## See that every package of the camera has a wheel for a 64-bit Pi
	@tools/bootstrap --dev
	@tools/check-arm64

lint: ## Check style, types, import directions and shell scripts
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.lint

bench: ## Measure motion detection, server, camera and viewer, beside their peers (PICAM_FOOTAGE=folder, see docs/guide/settings.md)
	@tools/bootstrap --dev
	@.venv/bin/python bench/motion.py
	@.venv/bin/python -m bench.motion_cost
	@.venv/bin/python -m bench.server
	@.venv/bin/python -m bench.agent
	@.venv/bin/python -m bench.viewer

chaos: ## Kill, fill, cut off and take away around server and camera (an hour), and count what was lost
	@tools/bootstrap --dev
	@PICAM_SIMULATED_LIVES=20000 .venv/bin/python -m pytest -q -s auxiliary/tests/test_simulation.py auxiliary/tests/test_power_cut.py
	@.venv/bin/python -m e2e.chaos

fuzz: ## Feed parsers 100,000 inputs that nobody would send, and every call of the contract hundreds
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.fuzz
	@SCHEMATHESIS_EXAMPLES=200 .venv/bin/python -m pytest -q -n 2 api/tests/test_schemathesis.py

sbom: ## Write what server, camera and pages are made of (CycloneDX) to sbom/
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.supply sbom

audit: ## Ask the advisory services for known weaknesses of what is pinned
	@tools/bootstrap --dev
	@.venv/bin/python -m tools.supply audit

lock: ## Pin the newest allowed versions of all Python packages, with hashes
	@tools/bootstrap --dev
	@tools/lock

clean: ## Remove what the set-up and the tests made (recordings in data/ stay)
	@rm -rf .venv client/dist client/node_modules e2e/output bench/output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed the set-up and test output; data/ was left alone."
