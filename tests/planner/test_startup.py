from __future__ import annotations

import gc

import pytest

from planner.startup import quickly


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_as_it_was_afterwards(enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(ValueError, match="of the work"), quickly():
            assert not gc.isenabled()
            message = "of the work"
            raise ValueError(message)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
