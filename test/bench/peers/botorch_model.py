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
from scipy.stats import fisher_exact

# Above this chance that predictions and readings are unrelated, Ax names the best reading and not the best prediction.
UNRELATED = 0.1
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


def predicts(model: SingleTaskGP) -> bool:
    """Returns whether readings left out one at a time fall into the better half that was predicted, by Fisher's exact test."""
    rows, outcomes = model.train_inputs[0], model.train_targets
    with torch.no_grad():
        prior = model.forward(rows)
        inverse = model.likelihood(prior).covariance_matrix.inverse()
        left_out = outcomes - (inverse @ (outcomes - prior.mean)) / inverse.diagonal()
    size = len(outcomes)
    half = size // 2
    better = [set(values.argsort()[size - half :].tolist()) for values in (outcomes, left_out)]
    both = len(better[0] & better[1])
    table = [[both, half - both], [half - both, size - 2 * half + both]]
    return fisher_exact(table, alternative="greater").pvalue <= UNRELATED


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
