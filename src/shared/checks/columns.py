"""Which columns a rule is about, and which it looks at: those of its condition as well."""

from typing import Any


def about(kwargs: dict[str, Any]) -> list[str]:
    """Return the columns that a rule is about, in order; none where it names none.

    kwargs : the settings of a rule, as in a suite.
    """
    named = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    return [*named, *kwargs.get("column_list", [])]


def needed(kwargs: dict[str, Any]) -> list[str]:
    """Return the columns without which a rule cannot be checked."""
    return [*about(kwargs), *_of_condition(kwargs.get("row_condition") or {})]


def is_condition(value: Any) -> bool:
    """Say whether a ``row_condition`` is of a form that names its columns, as text does not."""
    if not isinstance(value, dict):
        return False
    if value.get("type") in ("and", "or"):
        return all(is_condition(part) for part in value.get("conditions", []))
    return value.get("type") in ("comparison", "nullity")


def _of_condition(condition: dict[str, Any]) -> list[str]:
    if "column" in condition:
        return [condition["column"]["name"]]
    return [name for part in condition.get("conditions", []) for name in _of_condition(part)]
