"""Optuna's GP sampler, with its acquisition evaluated on every open design in place of its search between them."""

from pool_protocol import open_designs, serve

import warnings

import numpy as np
import optuna
import torch
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import GPSampler
from optuna.trial import TrialState, create_trial


class PoolSampler(GPSampler):
    """The GP sampler from the first reading on, since the bench makes the random starts; `open_ones` are what it may choose."""

    def __init__(self, seed: int, params: list[dict]) -> None:
        super().__init__(seed=seed, n_startup_trials=1, warn_independent_sampling=False)
        self.params = params
        self.open_ones: list[int] = []
        self.chosen = -1

    def _optimize_acqf(self, acqf, best_params):
        rows = acqf.search_space.get_normalized_params(
            [None] * len(self.open_ones), [self.params[index] for index in self.open_ones]
        )
        best = int(np.argmax(acqf.eval_acqf_no_grad(rows)))
        self.chosen = self.open_ones[best]
        return rows[best]


class OptunaCampaign:
    def __init__(self, message: dict) -> None:
        parameters = message["parameters"]
        self.distributions = {parameter["name"]: _distribution(parameter) for parameter in parameters}
        self.params = [{p["name"]: _value(p, row[p["name"]]) for p in parameters} for row in message["candidates"]]
        self.names = [objective["name"] for objective in message["objectives"]]
        self.sampler = PoolSampler(message["seed"], self.params)
        directions = [objective["goal"].replace("ise", "ize") for objective in message["objectives"]]
        self.study = optuna.create_study(sampler=self.sampler, directions=directions)
        self.asked: dict[int, optuna.Trial] = {}
        self.told = 0

    def ask(self, measurements: list[dict], pending: list[int], count: int) -> tuple[list[int], int | None]:
        for measurement in measurements[self.told :]:
            self.tell(measurement["index"], [measurement["values"][name] for name in self.names])
        self.told = len(measurements)
        for index in pending:
            if index not in self.asked:
                self.study.add_trial(self.trial(index, state=TrialState.RUNNING))
        if count > 0 and self.told == 0:
            raise ValueError("it needs one measured design at least")
        self.sampler.open_ones = open_designs(len(self.params), measurements, pending)
        chosen = []
        for _ in range(count):
            trial = self.study.ask(self.distributions)
            chosen.append(self.sampler.chosen)
            self.asked[self.sampler.chosen] = trial
            self.sampler.open_ones.remove(self.sampler.chosen)
        return chosen, None

    def tell(self, index: int, values: list[float]) -> None:
        trial = self.asked.pop(index, None)
        if trial is None:
            self.study.add_trial(self.trial(index, state=TrialState.COMPLETE, values=values))
        else:
            self.study.tell(trial, values)

    def trial(self, index: int, **state) -> optuna.trial.FrozenTrial:
        return create_trial(params=self.params[index], distributions=self.distributions, **state)


def _distribution(parameter: dict) -> optuna.distributions.BaseDistribution:
    kind = parameter["kind"]
    if kind == "categorical":
        return CategoricalDistribution(parameter["options"])
    if kind == "ordinal":
        return IntDistribution(0, len(parameter["levels"]) - 1)
    if kind == "levels":
        return FloatDistribution(parameter["levels"][0], parameter["levels"][-1])
    if kind == "integer":
        return IntDistribution(parameter["min"], parameter["max"])
    return FloatDistribution(parameter["min"], parameter["max"], log=parameter.get("scale") == "log")


def _value(parameter: dict, value: float | str) -> float | int | str:
    return parameter["levels"].index(value) if parameter["kind"] == "ordinal" else value


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    torch.set_num_threads(1)
    serve(OptunaCampaign)
