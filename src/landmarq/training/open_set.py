"""A head that learns an absolute threshold: what is on no landmark's side of it is a non-landmark."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.prototypes import best_of_class

FIRST_THRESHOLD = 0.35
POSITIVE_SHARE = 0.7
"""lambda of SphereFace2: one positive weighs as much as all negatives of a photo only with a share of its own."""


class OpenSetHead(nn.Module):
    """Softmax over s cos(theta_j) and s b, and one-against-rest at the same learned cosine b.

    The non-landmark class has no direction: a landmark photo's cosine to its prototype must exceed the others and b
    by the margin m; a non-landmark photo's cosines must all stay m/2 below b. So similarities mean the same for all
    landmarks, and photos of landmarks that nobody taught are kept away by the same threshold as everyday ones.

    The second part is SphereFace2 (Wen et al., ICLR 2022, equation 4 with C-type margins) on the landmarks:
    lambda log(1 + exp(-s (cos theta_y - b - m/2))) + (1 - lambda) sum_{j != y} log(1 + exp(s (cos theta_j - b + m/2))),
    lambda = 0.7, times ``config.one_vs_rest``.
    """

    def __init__(self, dimension: int, classes: Classes, *, config: HeadConfig) -> None:
        """Make ``sub_centers`` prototypes a landmark and the threshold b."""
        super().__init__()
        self.landmarks, self.sub_centers = len(classes.landmarks), config.sub_centers
        self.weight = nn.Parameter(torch.randn(self.landmarks * config.sub_centers, dimension))
        self.threshold = nn.Parameter(torch.tensor([FIRST_THRESHOLD]))
        self.register_buffer("owner", torch.arange(self.landmarks).repeat_interleave(config.sub_centers))
        self.margin, self.scale = config.margin_or_default, config.scale
        self.one_vs_rest, self.label_smoothing = config.one_vs_rest, config.label_smoothing
        self.non_landmark = classes.non_landmark

    owner: Tensor

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each photo, (m,), of x (m, d) and labels (m,) int64."""
        cosine = self._cosine(x)
        own = nn.functional.one_hot(labels, self.landmarks + 1)[:, : self.landmarks].to(cosine.dtype)
        # A photo of no landmark pushes all of them; one of a landmark is held back at its own.
        shifted = cosine - self.margin * own + self.margin / 2 * (1 - own.sum(dim=1, keepdim=True))
        logits = self.scale * torch.cat([shifted, self.threshold.expand(len(x), 1)], dim=1)
        loss = nn.functional.cross_entropy(logits, labels, reduction="none", label_smoothing=self.label_smoothing)
        if self.one_vs_rest:
            loss = loss + self.one_vs_rest * self._one_vs_rest(cosine, own)
        return loss

    def scores(self, x: Tensor) -> Tensor:
        """Return the logits without margin, (m, classes)."""
        logits = self.scale * torch.cat([self._cosine(x), self.threshold.expand(len(x), 1)], dim=1)
        return logits if self.non_landmark else logits[:, :-1]

    def landmark_rows(self) -> list[Tensor]:
        """Return the prototypes of the landmarks, (n, sub_centers, d)."""
        return [self.prototypes()[0]]

    def non_landmark_rows(self) -> list[Tensor]:
        """Return the threshold, (1,)."""
        return [self.threshold]

    def prototypes(self) -> tuple[Tensor, Tensor]:
        """Return the prototypes of landmarks, (n, sub_centers, d), and none of the non-landmark, (0, d)."""
        return self.weight.view(self.landmarks, self.sub_centers, -1), self.weight[:0]

    def _cosine(self, x: Tensor) -> Tensor:
        cosine = nn.functional.linear(nn.functional.normalize(x), nn.functional.normalize(self.weight))
        return best_of_class(cosine, self.owner, classes=self.landmarks)

    def _one_vs_rest(self, cosine: Tensor, own: Tensor) -> Tensor:
        logits = self.scale * (cosine - self.threshold - self.margin * (own - 0.5))
        each = nn.functional.binary_cross_entropy_with_logits(logits, own, reduction="none")
        return POSITIVE_SHARE * (each * own).sum(dim=1) + (1 - POSITIVE_SHARE) * (each * (1 - own)).sum(dim=1)
