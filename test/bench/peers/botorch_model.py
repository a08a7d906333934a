"""The model and the acquisition that Ax 1.3 makes of BoTorch by default."""

from functools import partial

import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.acquisition.logei import qLogNoisyExpectedImprovement, qLogProbabilityOfFeasibility
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.acquisition.multi_objective.objective import IdentityMCMultiOutputObjective
from botorch.acquisition.objective import LinearMCObjective
from botorch.exceptions.errors import ModelFittingError
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.hypervolume import infer_reference_point
from botorch.utils.multi_objective.pareto import is_non_dominated
from botorch_outcomes import magnified, scale_of, winsorised
from gpytorch.mlls import ExactMarginalLogLikelihood

SAMPLES = 512
SAMPLES_OF_FRONTS = 128


def acquisition(
    rows: torch.Tensor,
    outcomes: torch.Tensor,
    slacks: torch.Tensor,
    pending: torch.Tensor | None,
    reference: list[float | None],
    seed: int,
) -> AcquisitionFunction:
    """Returns qLogNEI, or qLogNEHVI for several objectives, over rows of the unit cube.

    Outcomes are to be maximised; a reference of None is inferred from the front. Slacks, a column a limit, have to be 0 at
    least; as long as no row has that, the probability that a row has it is returned instead."""
    count = outcomes.shape[-1]
    bounds = reference if count > 1 else [None]
    limits = magnified(winsorised(slacks, [0.0] * slacks.shape[-1]))
    told = torch.cat([winsorised(outcomes, bounds), limits], dim=-1)
    middle, spread = scale_of(told)
    told = (told - middle) / spread
    least = -middle / spread
    feasible = (slacks >= 0).all(dim=-1)
    common = {
        "model": fitted(rows, told),
        "X_pending": pending,
        "sampler": SobolQMCNormalSampler(torch.Size([SAMPLES_OF_FRONTS if count > 1 else SAMPLES]), seed=seed),
    }
    if len(limits.T) > 0:
        common["constraints"] = [partial(lacking, column=k, least=least[k]) for k in range(count, told.shape[-1])]
    if not feasible.any():
        return qLogProbabilityOfFeasibility(**common)
    common |= {"X_baseline": rows, "prune_baseline": True, "cache_root": True}
    if count == 1:
        weights = torch.eye(told.shape[-1])[0]
        return qLogNoisyExpectedImprovement(**common, objective=LinearMCObjective(weights) if len(weights) > 1 else None)
    reached = told[feasible, :count]
    inferred = infer_reference_point(reached[is_non_dominated(reached)])
    scaled = [
        low if given is None else (given - middle[k]) / spread[k]
        for k, (given, low) in enumerate(zip(reference, inferred))
    ]
    objective = IdentityMCMultiOutputObjective(outcomes=list(range(count)), num_outcomes=told.shape[-1])
    return qLogNoisyExpectedHypervolumeImprovement(**common, ref_point=[float(one) for one in scaled], objective=objective)


def lacking(samples: torch.Tensor, column: int, least: torch.Tensor) -> torch.Tensor:
    """Returns what drawn outcomes lack to a limit, below 0 where they keep it."""
    return least - samples[..., column]


def fitted(rows: torch.Tensor, outcomes: torch.Tensor) -> SingleTaskGP:
    """Returns BoTorch's default process, one an outcome, fitted; where no fit succeeds, with the values that it starts from."""
    model = SingleTaskGP(rows, outcomes, outcome_transform=None)
    start = {name: value.clone() for name, value in model.state_dict().items()}
    try:
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    except ModelFittingError:
        model.load_state_dict(start)
        model.eval()
    return model
