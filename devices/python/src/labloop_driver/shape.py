"""What every model of the contract is: strict about types, deaf to fields it does not know, and unchangeable."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MOST = 2**53 - 1
"""The greatest integer that every JSON reader takes exactly (contract, section 4)."""


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is the integer 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(_whole), Field(ge=-MOST, le=MOST)]


class Shape(BaseModel):
    """A model of the contract, in the names of the wire."""

    model_config = ConfigDict(
        strict=True, extra="ignore", frozen=True, allow_inf_nan=False, validate_by_name=True, serialize_by_alias=True
    )

    @model_validator(mode="before")
    @classmethod
    def _absent_is_not_null(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for name, field in cls.model_fields.items():
                if name in given and given[name] is None and not field.is_required():
                    raise ValueError(f"{name} may be left out, and is never null")
        return given


def plain(model: BaseModel) -> dict[str, Any]:
    """Returns the model as JSON would give it back: only what was said, in the names of the wire."""
    return model.model_dump(exclude_unset=True)
