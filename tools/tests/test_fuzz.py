"""A short turn of `make fuzz`, and that it would find something."""

import pytest

from tools import fuzz


def test_a_few_thousand_inputs_are_taken_well() -> None:
    assert fuzz.fuzz(4000, seed=20261125) == 0


def test_it_finds_a_parser_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(data: bytes) -> None:
        if data.count(b"\xff") > 2:
            raise IndexError("planted")

    monkeypatch.setattr(fuzz, "targets", lambda: {"planted": ([b"\xff\xd8\xff\xd9"], breaks, (ValueError,))})
    assert fuzz.fuzz(200, seed=1) > 0
