"""BoTorch as Ax 1.3 sets it up, over the unit cube. One JSON object a line: a question on stdin, its answer on stdout.

Asked `{"rows": [[0.2, …], …], "outcomes": [[1.5, …], …], "reference": [null, …], "count": 4, "seed": 1}`, outcomes to be
maximised, it answers `{"rows": [[…], …], "cpuSeconds": 1.2}`. A question may also have `"slacks": [[0.3, …], …]`, what was
measured beyond each limit of a row, below 0 where the limit is not kept; and `"levels": {"2": [0, 0.5, 1]}`, the only values
that a column can take, from 0 to 1.
"""

from pool_protocol import answer_lines

import itertools
import time
import warnings

import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.optim import optimize_acqf, optimize_acqf_mixed, optimize_acqf_mixed_alternating
from botorch.optim.optimize_mixed import should_use_mixed_alternating_optimizer
from botorch_model import acquisition

SEARCH = {"num_restarts": 20, "raw_samples": 1024}
BATCHES = {"init_batch_limit": 1024, "batch_limit": 20}


def answer(question: dict) -> dict:
    before = time.process_time()
    torch.manual_seed(question["seed"])
    rows = torch.tensor(question["rows"])
    outcomes = torch.tensor(question["outcomes"])
    slacks = torch.tensor(question.get("slacks") or [[]] * len(rows))
    score = acquisition(rows, outcomes, slacks, None, question["reference"], question["seed"])
    levels = {int(column): values for column, values in question.get("levels", {}).items()}
    chosen = searched(score, rows.shape[-1], levels, question["count"])
    return {"rows": chosen.tolist(), "cpuSeconds": time.process_time() - before}


def searched(score: AcquisitionFunction, width: int, levels: dict[int, list[float]], count: int) -> torch.Tensor:
    """Returns the best rows, one after the other, by the optimiser that Ax takes for their kind of space."""
    bounds = torch.stack([torch.zeros(width), torch.ones(width)])
    if not levels:
        return optimize_acqf(score, bounds, q=count, sequential=True, options=dict(BATCHES), **SEARCH)[0]
    if not should_use_mixed_alternating_optimizer(discrete_dims=levels):
        combinations = [dict(zip(levels, values)) for values in itertools.product(*levels.values())]
        return optimize_acqf_mixed(
            score, bounds, q=count, fixed_features_list=combinations, options=dict(BATCHES), **SEARCH
        )[0]
    # Ax lets a column of more than 20 values run freely and rounds what was found. Here none is, so that what is proposed is
    # what was scored.
    options = {**BATCHES, "max_discrete_values": max(len(values) for values in levels.values())}
    return optimize_acqf_mixed_alternating(
        score, bounds, discrete_dims=levels, q=count, options=options, **SEARCH
    )[0]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.double)
    answer_lines(answer)
