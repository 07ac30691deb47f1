"""Fixtures of the whole-system tests. They need a Chromium (PICAM_CHROMIUM or on the PATH) and the built web pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from e2e.viewer import chromium
from tools.stages import ROOT
from tools.system_programs import find_chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no chromium on this machine: sudo apt-get install chromium")
    assert (ROOT / "client" / "dist" / "index.html").is_file(), "the web pages are not built: make setup"
    os.environ["PICAM_CHROMIUM"] = path
    with chromium() as running:
        yield running
