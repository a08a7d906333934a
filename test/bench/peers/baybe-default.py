"""BayBE with its default recommender over a discrete space: the pool's designs, described by BayBE's own parameters."""

from pool_protocol import serve

import warnings

import pandas as pd
import torch
from baybe import Campaign, active_settings
from baybe.objectives import ParetoObjective, SingleTargetObjective
from baybe.parameters import CategoricalParameter, CustomDiscreteParameter, NumericalDiscreteParameter
from baybe.searchspace import SearchSpace
from baybe.targets import NumericalTarget


class BaybeCampaign:
    def __init__(self, message: dict) -> None:
        self.seed = message["seed"]
        shown = [parameter for parameter in message["parameters"] if len(_used(parameter, message)) > 1]
        self.designs = pd.DataFrame({parameter["name"]: _column(parameter, message) for parameter in shown})
        self.keys = {tuple(row): index for index, row in enumerate(self.designs.itertuples(index=False))}
        self.told = 0
        targets = [
            NumericalTarget(objective["name"], minimize=objective["goal"] == "minimise")
            for objective in message["objectives"]
        ]
        self.campaign = Campaign(
            SearchSpace.from_dataframe(self.designs, [_parameter(parameter, message) for parameter in shown]),
            SingleTargetObjective(targets[0]) if len(targets) == 1 else ParetoObjective(targets),
        )

    def ask(self, measurements: list[dict], pending: list[int], count: int) -> tuple[list[int], int | None]:
        active_settings.random_seed = (self.seed + len(measurements)) % 2**32
        fresh = measurements[self.told :]
        self.told = len(measurements)
        if fresh:
            rows = self.designs.iloc[[measurement["index"] for measurement in fresh]].reset_index(drop=True)
            values = pd.DataFrame([measurement["values"] for measurement in fresh], dtype=float)
            self.campaign.add_measurements(pd.concat([rows, values], axis=1))
        if count == 0:
            return [], None
        chosen = self.campaign.recommend(count, self.designs.iloc[pending] if pending else None)
        rows = chosen[self.designs.columns].itertuples(index=False)
        return [self.keys[tuple(row)] for row in rows], None


def _column(parameter: dict, message: dict) -> list[float | str]:
    values = [candidate[parameter["name"]] for candidate in message["candidates"]]
    if parameter["kind"] == "categorical":
        return values
    # BayBE has no ordinal parameter of names: positions are the nearest that it has.
    return [float(parameter["levels"].index(value)) if parameter["kind"] == "ordinal" else float(value) for value in values]


def _used(parameter: dict, message: dict) -> list[float | str]:
    return sorted(set(_column(parameter, message)))


def _parameter(parameter: dict, message: dict):
    name = parameter["name"]
    if parameter["kind"] != "categorical":
        return NumericalDiscreteParameter(name, _used(parameter, message))
    if parameter.get("encoding") == "descriptors":
        described = pd.DataFrame.from_dict(parameter["descriptors"], orient="index").add_prefix("d")
        return CustomDiscreteParameter(name, described.loc[:, described.nunique() > 1])
    return CategoricalParameter(name, _used(parameter, message))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    serve(BaybeCampaign)
