"""Designs as Ax hands them to BoTorch."""

import math

import torch


def unit_rows(parameters: list[dict], candidates: list[dict]) -> torch.Tensor:
    """Returns a row a design: numbers scaled to [0, 1] over their range, ordinal levels by position, categories one-hot."""
    columns = [column for parameter in parameters for column in _columns(parameter, candidates)]
    return torch.tensor(columns, dtype=torch.double).T.contiguous()


def _columns(parameter: dict, candidates: list[dict]) -> list[list[float]]:
    values = [candidate[parameter["name"]] for candidate in candidates]
    kind = parameter["kind"]
    if kind == "categorical":
        options = parameter["options"]
        # Two options are one column, as a label binariser makes them.
        shown = options[1:] if len(options) == 2 else options
        return [[float(value == option) for value in values] for option in shown]
    if kind == "ordinal":
        return [_scaled([parameter["levels"].index(value) for value in values], 0, len(parameter["levels"]) - 1)]
    if kind == "levels":
        return [_scaled(values, parameter["levels"][0], parameter["levels"][-1])]
    if parameter.get("scale") == "log":
        logs = [math.log(value) for value in values]
        return [_scaled(logs, math.log(parameter["min"]), math.log(parameter["max"]))]
    return [_scaled(values, parameter["min"], parameter["max"])]


def _scaled(values: list[float], low: float, high: float) -> list[float]:
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]
