from __future__ import annotations

import gc
from typing import NoReturn

import pytest

from planner.startup import quickly


def work() -> NoReturn:
    with quickly():
        assert not gc.isenabled()
        raise InterruptedError


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_as_it_was_afterwards(enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(InterruptedError):
            work()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
