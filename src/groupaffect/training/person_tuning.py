"""Train the shipped image network further on one person's faces.

Notable:
- the last block's convolutions and the layer of the labels move, all before them stay: what it
  sees of a face is computed once, and a profile holds half a million small numbers;
- they are pulled to where they started (L2-SP, Li et al. 2018, 1802.01483), and how strongly is
  chosen on blocks of seconds that were left out;
- labels are soft, and the network's temperature stays, so that what is fitted is what is read;
- each face is seen as it is and in a few disturbed views; batch normalisation is folded, as in the
  shipped file, and does not follow the person.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from jaxtyping import Bool, Float, Float16, Int, UInt8
from torch import nn

from groupaffect.personal.evidence import Evidence, weigh_corrections
from groupaffect.training import augmentation as augment
from groupaffect.training.image_network import SHIPPED, ImageNetwork, NetworkShape, standardise
from groupaffect.training.schedule import one_cycle, set_rate

AT_ONCE = 256  # faces
PRECISION = np.float16  # of what was added: half a million numbers
CONV = "onnx::Conv_"  # what the exporter calls folded convolutions, with a number that rises
Arrays = Mapping[str, Float[np.ndarray, "*_"]]


@dataclass(frozen=True, slots=True)
class TuningRecipe:
    """How a network is trained on one person; ours unless a source is named.

    Attributes
    ----------
    pulls : that are tried, the weakest first: half of it times the squared distance of all weights
        from where they started is added to the loss.
    """

    epochs: int = 6
    batch: int = 64
    learning_rate: float = 0.02  # peak of a one-cycle schedule for SGD
    momentum: float = 0.9  # Nesterov
    pulls: tuple[float, ...] = (0.01, 0.1, 1.0)
    views: int = 3  # of each face, the undisturbed one among them
    rotation_deg: float = 6.0
    log_scale: float = 0.06
    shift_px: float = 1.5
    seed: int = 41


@dataclass(frozen=True, slots=True)
class PersonFaces:
    """n faces of one person with what is to be read in them.

    Attributes
    ----------
    crops : as the image network sees them. probability : what the shared network reads.
    target : soft labels. weight : how much each counts. block : number of its block of seconds.
    """

    crops: UInt8[np.ndarray, "n 48 48"]
    probability: Float[np.ndarray, "n 7"]
    target: Float[np.ndarray, "n 7"]
    weight: Float[np.ndarray, " n"]
    block: Int[np.ndarray, " n"]


def tune_on_person(
    faces: PersonFaces,
    shipped: Arrays,
    *,
    temperature: float,
    recipe: TuningRecipe = TuningRecipe(),
    shape: NetworkShape = SHIPPED,
) -> tuple[dict[str, Float16[np.ndarray, "*_"]], Evidence]:
    """Return by how much weights of the shipped network move, and what speaks for it.

    The same for the same seed, version and number of threads.

    Parameters
    ----------
    shipped : the weights of its file by name. temperature : divides its logits.
    """
    network = network_of(shipped, shape=shape)
    lesson = _Lesson(network, faces, temperature=temperature, recipe=recipe)

    def correct(held_out: Bool[np.ndarray, " n"], pull: float) -> Float[np.ndarray, "m 7"]:
        return lesson.read(lesson.fit(~held_out, pull), held_out)

    evidence = weigh_corrections(
        faces.probability,
        faces.target,
        faces.weight,
        block=faces.block,
        correct=correct,
        pulls=recipe.pulls,
    )
    tail = lesson.fit(np.ones(len(faces.weight), dtype=bool), evidence.pull)
    return _moved(network, tail, shipped), evidence


def network_of(shipped: Arrays, *, shape: NetworkShape = SHIPPED) -> ImageNetwork:
    """Return the network of a file's weights, its normalisation folded into its convolutions."""
    network = ImageNetwork(shape)
    _fold(network)
    names = _names_in_file(network, shipped)
    state = {name: torch.from_numpy(np.array(shipped[file])) for name, file in names.items()}
    network.load_state_dict(state)
    return network.eval()


def _fold(module: nn.Module) -> None:
    """Give convolutions a bias in place of the normalisation that follows each."""
    for part in module.modules():
        if not isinstance(part, nn.Sequential):
            continue
        for place, layer in enumerate(part):
            if isinstance(layer, nn.Conv2d) and layer.bias is None:
                layer.bias = nn.Parameter(torch.zeros(layer.out_channels))
            elif isinstance(layer, nn.BatchNorm2d):
                part[place] = nn.Identity()


def _names_in_file(network: ImageNetwork, shipped: Arrays) -> dict[str, str]:
    """Return the name in the file of each of the network's parameters.

    The exporter keeps names, but for those of convolutions that it folded: these it numbers in
    the order of the layers, weight before bias.
    """
    numbered = sorted((n for n in shipped if n.startswith(CONV)), key=lambda n: int(n[len(CONV) :]))
    folded = [
        f"{name}.{kind}"
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Conv2d)
        for kind in ("weight", "bias")
    ]
    names = {name: name for name in network.state_dict()}
    return names | dict(zip(folded, numbered, strict=True))


class _Tail(nn.Module):
    """What moves: the last block, and the layer of the labels."""

    def __init__(self, network: ImageNetwork) -> None:
        super().__init__()
        self.block, self.labels = network.trunk[-1], network.labels

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.labels(self.block(seen).mean(dim=(2, 3)))
        return logits


class _Lesson:
    """One person's faces as the part of the network that stays sees them, to fit the rest on."""

    def __init__(
        self, network: ImageNetwork, faces: PersonFaces, *, temperature: float, recipe: TuningRecipe
    ) -> None:
        self.network, self.recipe, self.temperature = network, recipe, temperature
        self.target = torch.from_numpy(faces.target).float()
        self.weight = torch.from_numpy(faces.weight).float()
        crops = torch.from_numpy(faces.crops)[:, None].float()
        generator = torch.Generator().manual_seed(recipe.seed)
        views = [crops, *(_disturb(crops, recipe, generator) for _ in range(recipe.views - 1))]
        self.seen = torch.stack([_see(network, view) for view in views])  # (views, n, c, h, w)

    def fit(self, chosen: Bool[np.ndarray, " n"], pull: float) -> _Tail:
        """Return the tail as it is after training on the chosen faces."""
        recipe, rows = self.recipe, torch.from_numpy(np.flatnonzero(chosen))
        tail = copy.deepcopy(_Tail(self.network)).train()
        start = [p.detach().clone() for p in tail.parameters()]
        optimizer = torch.optim.SGD(
            tail.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum, nesterov=True
        )
        generator = torch.Generator().manual_seed(recipe.seed)
        mean_weight = self.weight[rows].mean()
        n_batches = -(-len(rows) // recipe.batch)
        for step in range(recipe.epochs * n_batches):
            if step % n_batches == 0:
                order = rows[torch.randperm(len(rows), generator=generator)].split(recipe.batch)
            batch = order[step % n_batches]
            view = torch.randint(recipe.views, (len(batch),), generator=generator)
            set_rate(optimizer, recipe.learning_rate * one_cycle(step / recipe.epochs / n_batches))
            logits = tail(self.seen[view, batch]) / self.temperature
            loss = F.cross_entropy(logits, self.target[batch], reduction="none")
            apart = sum((p - s).pow(2).sum() for p, s in zip(tail.parameters(), start, strict=True))
            whole = (loss * self.weight[batch]).mean() / mean_weight + 0.5 * pull * apart
            optimizer.zero_grad(set_to_none=True)
            whole.backward()
            optimizer.step()
        return tail

    @torch.no_grad()
    def read(self, tail: _Tail, chosen: Bool[np.ndarray, " n"]) -> Float[np.ndarray, "m 7"]:
        """Return what a tail reads in the chosen faces as they are."""
        seen = self.seen[0, torch.from_numpy(chosen)]
        logits = torch.cat([tail(part) for part in seen.split(AT_ONCE)])
        return F.softmax(logits.double() / self.temperature, dim=1).numpy()


@torch.no_grad()
def _see(network: ImageNetwork, crops: torch.Tensor) -> torch.Tensor:
    """Return what the last block is given for each crop."""
    before = network.trunk[:-1]
    return torch.cat([before(standardise(part)) for part in crops.split(AT_ONCE)])


def _disturb(crops: torch.Tensor, recipe: TuningRecipe, generator: torch.Generator) -> torch.Tensor:
    """Return crops a little moved, turned and relit, half of them mirrored."""
    size = crops.shape[-1]
    jitter = augment.random_similarity(
        len(crops),
        rotation_deg=recipe.rotation_deg,
        log_scale=recipe.log_scale,
        shift=recipe.shift_px,
        generator=generator,
    )
    still = torch.eye(2, 3).expand(len(crops), 2, 3)
    moved = augment.cut_moved(crops[:, 0], still, jitter, size_px=size, generator=generator)
    return augment.disturb_light(moved, generator=generator)


def _moved(
    network: ImageNetwork, tail: _Tail, shipped: Arrays
) -> dict[str, Float16[np.ndarray, "*_"]]:
    """Return what was added to each weight that moved, by its name in the file."""
    names = _names_in_file(network, shipped)
    last = f"trunk.{len(network.trunk) - 1}."
    own = {name.replace("block.", last, 1): p for name, p in tail.named_parameters()}
    return {
        names[name]: (p.detach().numpy() - shipped[names[name]]).astype(PRECISION)
        for name, p in own.items()
    }
