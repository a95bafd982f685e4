"""Make up for rare classes in the loss."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int


def logit_adjustment(label: Int[torch.Tensor, " n"], *, tau: float) -> Float[torch.Tensor, " 7"]:
    """Return what is added to the logits in the loss: tau times the log of each class's share.

    A class without any face counts as one face.

    References
    ----------
    Menon et al. 2021, 2007.07314.
    """
    count = torch.bincount(label, minlength=7).clamp(min=1)
    return tau * (count / count.sum()).log()
