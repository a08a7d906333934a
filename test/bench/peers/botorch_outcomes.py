"""Outcomes as Ax 1.3 hands them to BoTorch: outliers clipped, limits magnified, everything standardised."""

import numpy as np
import torch


def winsorised(outcomes: torch.Tensor, bounds: list[float | None]) -> torch.Tensor:
    """Returns outcomes to maximise, a column each, with what lies below Tukey's lower fence lifted onto it.

    A bound is what the column should reach, None where there is none; the fence always leaves it room."""
    low = np.percentile(outcomes.numpy(), 25, axis=0, method="lower")
    high = np.percentile(outcomes.numpy(), 75, axis=0, method="higher")
    low = np.array([least if bound is None else min(least, bound) for least, bound in zip(low, bounds)])
    return torch.maximum(outcomes, torch.from_numpy(low - 1.5 * (high - low)))


def magnified(slacks: torch.Tensor) -> torch.Tensor:
    """Returns Ax's BilogY of slacks: their sign kept, the logarithm of one more than their size."""
    return slacks.sign() * slacks.abs().log1p()


def scale_of(outcomes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns mean and standard deviation of every column; 1 where all values are the same."""
    spread = outcomes.std(dim=0) if len(outcomes) > 1 else torch.zeros(outcomes.shape[-1])
    return outcomes.mean(dim=0), torch.where(spread > 1e-8, spread, 1.0)
