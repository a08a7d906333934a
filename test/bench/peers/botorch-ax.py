"""BoTorch as Ax 1.3 sets it up, over a list of designs: SingleTaskGP, qLogNEI or qLogNEHVI on every open design, one by one."""

from pool_protocol import open_designs, serve

import warnings

import torch
from botorch.optim import optimize_acqf_discrete
from botorch_model import acquisition
from botorch_space import unit_rows

# How many designs are evaluated at once; bounds memory, changes nothing else.
CHUNK = 512


class AxCampaign:
    def __init__(self, message: dict) -> None:
        self.rows = unit_rows(message["parameters"], message["candidates"])
        self.objectives = message["objectives"]
        self.seed = message["seed"]
        self.signs = [1.0 if objective["goal"] == "maximise" else -1.0 for objective in self.objectives]

    def ask(self, measurements: list[dict], pending: list[int], count: int) -> tuple[list[int], int | None]:
        if count == 0:
            return [], None
        torch.manual_seed(self.seed + len(measurements))
        outcomes = torch.tensor([self.improving(values["values"]) for values in measurements])
        rows = self.rows[[measurement["index"] for measurement in measurements]]
        chosen = self.choose(rows, outcomes, measurements, pending, count)
        # Ax would hand over the design with the best prediction. Where both were measured that was no better than the best
        # reading, and on one pool twice as bad, so the kinder rule counts here.
        return chosen, None

    def improving(self, values: dict[str, float]) -> list[float]:
        return [sign * values[objective["name"]] for sign, objective in zip(self.signs, self.objectives)]

    def choose(self, rows, outcomes, measurements, pending, count) -> list[int]:
        reference = [
            None if objective.get("reference") is None else sign * objective["reference"]
            for sign, objective in zip(self.signs, self.objectives)
        ]
        waiting = self.rows[pending] if pending else None
        unlimited = torch.empty(len(rows), 0)
        score = acquisition(rows, outcomes, unlimited, waiting, reference, self.seed + len(measurements))
        open_ones = open_designs(len(self.rows), measurements, pending)
        choices = self.rows[open_ones]
        chosen, _ = optimize_acqf_discrete(score, q=count, choices=choices, max_batch_size=CHUNK, unique=True)
        return [open_ones[int((choices == row).all(dim=-1).nonzero()[0])] for row in chosen]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.double)
    serve(AxCampaign)
