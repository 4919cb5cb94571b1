"""The list of slips keeps up with the code: each can still be applied, and its tests are there."""

import pytest

from tests.mutants.slips import load

SLIPS = load()


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_can_be_applied(slip):
    assert not slip.wrong(), f"{slip.name}: {slip.wrong()}; mend it in tests/mutants/slips.toml"


def test_each_has_a_name_of_its_own():
    assert len({slip.name for slip in SLIPS}) == len(SLIPS) >= 40
