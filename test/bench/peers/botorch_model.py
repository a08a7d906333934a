"""The model and the acquisition that Ax 1.3 makes of BoTorch by default."""

import numpy as np
import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.acquisition.logei import qLogNoisyExpectedImprovement
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.exceptions.errors import ModelFittingError
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.models.transforms import Standardize
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.hypervolume import infer_reference_point
from botorch.utils.multi_objective.pareto import is_non_dominated
from gpytorch.mlls import ExactMarginalLogLikelihood

SAMPLES = 512
SAMPLES_OF_FRONTS = 128


def winsorised(outcomes: torch.Tensor) -> torch.Tensor:
    """Returns outcomes to maximise, a column each, with what lies below Tukey's lower fence lifted onto it."""
    low = np.percentile(outcomes.numpy(), 25, axis=0, method="lower")
    high = np.percentile(outcomes.numpy(), 75, axis=0, method="higher")
    return torch.maximum(outcomes, torch.from_numpy(low - 1.5 * (high - low)))


def fitted(rows: torch.Tensor, outcomes: torch.Tensor) -> SingleTaskGP:
    """Returns BoTorch's default process, fitted; where no fit succeeds, with the values that it starts from."""
    model = SingleTaskGP(rows, outcomes, outcome_transform=Standardize(m=outcomes.shape[-1]))
    start = {name: value.clone() for name, value in model.state_dict().items()}
    try:
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    except ModelFittingError:
        model.load_state_dict(start)
        model.eval()
    return model


def acquisition(
    model: SingleTaskGP,
    rows: torch.Tensor,
    outcomes: torch.Tensor,
    pending: torch.Tensor | None,
    reference: list[float | None],
    seed: int,
) -> AcquisitionFunction:
    """Returns qLogNEI, or qLogNEHVI for several objectives; a reference that is not given is inferred from the front."""
    several = outcomes.shape[-1] > 1
    common = {
        "model": model,
        "X_baseline": rows,
        "X_pending": pending,
        "prune_baseline": True,
        "cache_root": True,
        "sampler": SobolQMCNormalSampler(torch.Size([SAMPLES_OF_FRONTS if several else SAMPLES]), seed=seed),
    }
    if not several:
        return qLogNoisyExpectedImprovement(**common)
    inferred = infer_reference_point(outcomes[is_non_dominated(outcomes)]).tolist()
    point = [low if given is None else given for given, low in zip(reference, inferred)]
    return qLogNoisyExpectedHypervolumeImprovement(**common, ref_point=point)
