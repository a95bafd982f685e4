"""Who comes again, and which sessions share people.

A *circle* is all sessions that share people, directly or by way of others. Sessions of different
circles have nobody in common, so circles are independent where sessions are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from groupaffect.evaluation.across_sessions.measures import StudiedSession

Member = tuple[int, int]  # number of the session, and of the participant in it


def find_circles(
    session: Int[np.ndarray, " n"], person: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Return the number of each member's circle, from 0 in the order of the sessions.

    Examples
    --------
    >>> find_circles(np.array([0, 0, 1, 1, 2]), np.array([7, 8, 9, 7, 6])).tolist()
    [0, 0, 0, 0, 1]
    """
    _, room = np.unique(session, return_inverse=True)
    _, who = np.unique(person, return_inverse=True)
    n_rooms = int(room.max(initial=-1)) + 1
    n_nodes = n_rooms + int(who.max(initial=-1)) + 1
    links = coo_array((np.ones(len(room)), (room, n_rooms + who)), shape=(n_nodes, n_nodes))
    _, label = connected_components(links, directed=False)
    _, first, place = np.unique(label[room], return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[place], dtype=np.int64)


def identify_people(
    sessions: Sequence[StudiedSession], told: Mapping[Member, str] | None = None
) -> Int[np.ndarray, " n"]:
    """Return the number of each member's person, from 0 in the order of the members.

    Parameters
    ----------
    told : what the covariates say of who is who; whoever it leaves out comes once. None: equal
        names, each borne by one participant of a session, are one person. Of one recording that
        was analysed twice, equal ids are one person.
    """
    keys: list[Hashable] = []
    for s, one in enumerate(sessions):
        names = Counter(one.names)
        for p, who in enumerate(one.participants):
            name = one.names[p] if told is None else told.get((s, p), "")
            is_one = name != "" and (told is not None or (name != who and names[name] == 1))
            keys.append(name if is_one else (one.sha256, who))
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([number[key] for key in keys], dtype=np.int64)


def come_again(person: Int[np.ndarray, " n"]) -> int:
    """Return how many people are members more than once.

    Examples
    --------
    >>> come_again(np.array([0, 1, 0, 2, 0]))
    1
    """
    return int((np.bincount(person) > 1).sum())
