from __future__ import annotations

import numpy as np
import pytest

from groupaffect.corrections import Exclude, Merge, Swap
from groupaffect.errors import UsageError
from groupaffect.own_networks import check_reanalysis, check_was_shared
from groupaffect.person_profile import AdapterKind, PersonProfile, Shift


def profile(who: str, adapter: AdapterKind) -> PersonProfile:
    none = Shift(np.zeros(7))
    return PersonProfile(who, adapter, "group", {"image": none, "landmark": none}, {}, ())


THERE = (profile("P1", "fine-tune"), profile("P2", "offset"))


@pytest.mark.parametrize(
    ("corrections", "given", "away"),
    [
        ([Merge("P2", "P3"), Exclude(0.0, 9.0)], [profile("P3", "head")], []),
        ([Swap("P2", "P4", 0.0, 5.0)], [profile("P2", "head")], []),
        ([], [], ["P2"]),
    ],
)
def test_others_can_be_corrected(corrections: list, given: list, away: list) -> None:
    check_reanalysis(THERE, corrections, given=given, away=away)
    check_was_shared(THERE, "P2")


@pytest.mark.parametrize(
    ("corrections", "given", "away", "who"),
    [
        ([Merge("P1", "P3")], [], [], "P1, who was read"),
        ([Merge("P0", "P1")], [], [], "P1, who was read"),
        ([Swap("P1", "P2")], [], [], "P1, who was read"),
        ([], [profile("P1", "offset")], [], "P1, who was read"),
        ([], [], ["P1"], "P1, who was read"),
        ([], [profile("P3", "fine-tune")], [], "P3, to be read"),
    ],
)
def test_what_needs_pictures_is_refused(
    corrections: list, given: list, away: list, who: str
) -> None:
    with pytest.raises(UsageError, match=f"{who} by a network of their own; analyse"):
        check_reanalysis(THERE, corrections, given=given, away=away)


def test_nothing_is_learned_of_whom_an_own_network_read() -> None:
    with pytest.raises(UsageError, match="only what the shared networks read"):
        check_was_shared(THERE, "P1")
