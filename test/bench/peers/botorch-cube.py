"""BoTorch as Ax 1.3 sets it up, over the unit cube. One JSON object a line: a question on stdin, its answer on stdout.

Asked `{"rows": [[0.2, …], …], "outcomes": [[1.5, …], …], "reference": [null, …], "count": 4, "seed": 1}`, outcomes to be
maximised, it answers `{"rows": [[…], …], "cpuSeconds": 1.2}`.
"""

from pool_protocol import answer_lines

import time
import warnings

import torch
from botorch.optim import optimize_acqf
from botorch_model import acquisition, fitted, winsorised

RESTARTS = 20
RAW_SAMPLES = 1024


def answer(question: dict) -> dict:
    before = time.process_time()
    torch.manual_seed(question["seed"])
    rows = torch.tensor(question["rows"])
    outcomes = winsorised(torch.tensor(question["outcomes"]))
    score = acquisition(fitted(rows, outcomes), rows, outcomes, None, question["reference"], question["seed"])
    bounds = torch.stack([torch.zeros(rows.shape[-1]), torch.ones(rows.shape[-1])])
    chosen, _ = optimize_acqf(
        score,
        bounds,
        q=question["count"],
        num_restarts=RESTARTS,
        raw_samples=RAW_SAMPLES,
        sequential=True,
        options={"batch_limit": 5, "init_batch_limit": RAW_SAMPLES, "maxiter": 2000},
    )
    return {"rows": chosen.tolist(), "cpuSeconds": time.process_time() - before}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.double)
    answer_lines(answer)
