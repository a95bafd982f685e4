"""What somebody who does not exist looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from groupaffect.synthetic.appearance import load_appearance

Rgb = tuple[int, int, int]
HairStyle = Literal["short", "side", "long", "bob", "curly", "receding"]
HAIR_STYLES: tuple[HairStyle, ...] = ("short", "side", "long", "bob", "curly", "receding")

SKINS: tuple[Rgb, ...] = (
    (222, 184, 160),
    (214, 170, 142),
    (198, 150, 118),
    (176, 126, 94),
    (138, 94, 68),
    (104, 70, 52),
)
HAIRS: tuple[Rgb, ...] = (
    (30, 26, 25),
    (54, 38, 30),
    (92, 62, 42),
    (150, 108, 66),
    (122, 116, 112),
    (126, 62, 36),
)
IRISES: tuple[Rgb, ...] = (
    (62, 40, 26),
    (84, 56, 34),
    (104, 92, 58),
    (92, 116, 132),
    (106, 118, 104),
)
CLOTHES: tuple[Rgb, ...] = (
    (58, 84, 122),
    (122, 58, 64),
    (74, 104, 82),
    (190, 178, 160),
    (66, 62, 74),
    (160, 118, 66),
)
WALLS: tuple[Rgb, ...] = (
    (196, 200, 198),
    (214, 204, 186),
    (172, 186, 196),
    (188, 180, 192),
    (158, 172, 158),
    (206, 190, 180),
)


@dataclass(frozen=True, slots=True)
class Person:
    """The looks of somebody who does not exist, all drawn from one seed.

    Attributes
    ----------
    identity_seed : two people with one seed are the same person.
    identity : whose shape and texture, a place among the appearance model's identities.
    skin, hair, iris, clothes, wall : colours, 0..255; of the wall behind, too.
    hair_style : how the hair is drawn.
    """

    identity_seed: int
    identity: int
    skin: Rgb
    hair: Rgb
    iris: Rgb
    clothes: Rgb
    wall: Rgb
    hair_style: HairStyle


def draw_person(identity_seed: int) -> Person:
    """Return the person of a seed; equal seeds give equal people.

    There are as many faces as the appearance model has identities, in seed order; hair, tints,
    clothes and walls are drawn beside. Dark skin goes with dark hair and eyes.

    Examples
    --------
    >>> draw_person(3) == draw_person(3)
    True
    """
    rng = np.random.default_rng([identity_seed, 77])
    skin = int(rng.integers(len(SKINS)))
    iris = identity_seed // 2 % (len(IRISES) if skin < 3 else 2)
    n_hairs = len(HAIRS) if skin < 3 else 2
    return Person(
        identity_seed=identity_seed,
        identity=identity_seed % len(load_appearance().identities),
        skin=SKINS[skin],
        hair=HAIRS[int(rng.integers(n_hairs))],
        iris=IRISES[iris],
        clothes=CLOTHES[int(rng.integers(len(CLOTHES)))],
        wall=WALLS[int(rng.integers(len(WALLS)))],
        hair_style=HAIR_STYLES[int(rng.integers(len(HAIR_STYLES)))],
    )
