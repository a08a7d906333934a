"""Parameters and results: what an author declares in annotations, and how values are checked against it."""

import inspect
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from .shape import MOST


class DefinitionError(TypeError):
    """A driver that contradicts itself, or says too little; raised when its file is loaded."""


@dataclass(frozen=True)
class Unit:
    """What stands behind `Q["uL", 1, 500]`: the unit of a number, and its bounds, inclusive and in that unit."""

    unit: str
    minimum: float | None = None
    maximum: float | None = None
    is_series: bool = False


@dataclass(frozen=True)
class Bounds:
    """Of an integer: `Annotated[int, Bounds(1, 96)]`."""

    minimum: int | None = None
    maximum: int | None = None


class Q:
    """A number in a unit: `Q["uL"]`, or with bounds `Q["uL", 1, 500]`; the driver gets and returns plain floats in it."""

    def __class_getitem__(cls, said: Any) -> Any:
        return Annotated[float, Unit(*said) if isinstance(said, tuple) else Unit(said)]


class Series:
    """A measured series in a unit: `Series["N"]`; the driver returns a list of floats."""

    def __class_getitem__(cls, unit: str) -> Any:
        return Annotated[list[float], Unit(unit, is_series=True)]


def spec_of(annotation: Any, where: str) -> dict[str, Any]:
    """Returns what an annotation announces; raises DefinitionError for one that no other language would understand."""
    base, *extras = get_args(annotation) if get_origin(annotation) is Annotated else [annotation]
    unit = next((extra for extra in extras if isinstance(extra, Unit)), None)
    bounds = next((extra for extra in extras if isinstance(extra, Bounds)), Bounds())
    if unit is not None and unit.is_series:
        return {"type": "series", "unit": unit.unit}
    if unit is not None:
        return _with_bounds({"type": "quantity", "unit": unit.unit}, unit)
    if get_origin(base) is Literal and all(isinstance(option, str) for option in get_args(base)):
        return {"type": "string", "enum": list(get_args(base))}
    if base is bool:
        return {"type": "boolean"}
    if base is int:
        return _with_bounds({"type": "integer"}, bounds)
    if base is str:
        return {"type": "string"}
    raise DefinitionError(
        f'{where}: write Q["uL", 1, 500], Series["N"], str, int, bool or Literal["a", "b"], not {annotation}'
    )


def params_of(function: Any, where: str) -> dict[str, Any]:
    """Returns the specs of a function's parameters, save the first, which is the context."""
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    return {one.name: spec_of(one.annotation, f"{where}, parameter {one.name}") for one in parameters}


def result_of(function: Any, where: str) -> tuple[type[BaseModel] | None, dict[str, Any]]:
    """Returns the model that a function returns, and the specs of its fields."""
    returned = inspect.signature(function, eval_str=True).return_annotation
    if returned in (None, inspect.Signature.empty):
        return None, {}
    if not (isinstance(returned, type) and issubclass(returned, BaseModel)):
        raise DefinitionError(f"{where}: say what it returns as a pydantic model, or None")
    fields = inspect.get_annotations(returned, eval_str=True)
    return returned, {name: spec_of(of, f"{where}, result {name}") for name, of in fields.items()}


def to_wire(specs: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Returns values as the wire writes them: numbers with a unit as quantities."""
    return {name: _to_wire(specs.get(name, {}), value) for name, value in values.items()}


def from_wire(specs: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Returns values as the driver wants them; they have been checked."""
    return {name: _from_wire(specs[name], value) for name, value in values.items()}


def check_values(specs: dict[str, Any], values: dict[str, Any], bounded: bool = True) -> list[str]:
    """Returns every way in which the values are not what the specs ask for; every name is required, and no other known."""
    faults = []
    for name, spec in specs.items():
        wrong = "it is missing" if name not in values else _wrong_with(spec, values[name], bounded)
        if wrong is not None:
            faults.append(f"{name}: {wrong}")
    faults += [f"{name}: this operation has no such value" for name in values if name not in specs]
    return faults


def out_of_bounds(number: float, minimum: float | None, maximum: float | None) -> str | None:
    """Returns which bound a number breaks, if any."""
    if not math.isfinite(number):
        return "it must be finite"
    if minimum is not None and number < minimum:
        return f"{number:g} is below the minimum of {minimum:g}"
    if maximum is not None and number > maximum:
        return f"{number:g} is above the maximum of {maximum:g}"
    return None


def _with_bounds(spec: dict[str, Any], of: Unit | Bounds) -> dict[str, Any]:
    given = {"minimum": of.minimum, "maximum": of.maximum}
    return spec | {name: bound for name, bound in given.items() if bound is not None}


def _to_wire(spec: dict[str, Any], value: Any) -> Any:
    if spec.get("type") == "quantity" and isinstance(value, (int, float)):
        return {"value": value, "unit": spec["unit"]}
    if spec.get("type") == "series" and isinstance(value, (list, tuple)):
        return {"values": list(value), "unit": spec["unit"]}
    return value


def _from_wire(spec: dict[str, Any], value: Any) -> Any:
    if spec["type"] == "quantity":
        return float(value["value"])
    if spec["type"] == "series":
        return [float(number) for number in value["values"]]
    return int(value) if spec["type"] == "integer" else value


def _wrong_with(spec: dict[str, Any], value: Any, bounded: bool) -> str | None:
    of = spec["type"]
    if of in ("quantity", "series"):
        key = "value" if of == "quantity" else "values"
        if not isinstance(value, dict) or key not in value:
            return f"it must be a {of} in {spec['unit']}"
        if value.get("unit") != spec["unit"]:
            return f"its unit must be {spec['unit']}, not {value.get('unit')}"
        return out_of_bounds(value[key], *_bounds(spec, bounded)) if of == "quantity" else None
    if of == "string":
        if not isinstance(value, str):
            return "it must be a text"
        if "enum" in spec and value not in spec["enum"]:
            return f"it must be one of {', '.join(spec['enum'])}"
        if "pattern" in spec and re.search(spec["pattern"], value) is None:
            return f"it must match {spec['pattern']}"
        return None
    if of == "integer":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or abs(value) > MOST:
            return "it must be an integer"
        return out_of_bounds(value, *_bounds(spec, bounded))
    return None if isinstance(value, bool) else "it must be true or false"


def _bounds(spec: dict[str, Any], bounded: bool) -> tuple[float | None, float | None]:
    return (spec.get("minimum"), spec.get("maximum")) if bounded else (None, None)
