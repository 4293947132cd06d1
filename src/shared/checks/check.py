"""Check tables against their suites of expectations, with Great Expectations.

The library takes seconds to import, so a wave's tables are all checked in one go. Its results carry
cell values: only the positions of failing rows are taken out of them.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pandas as pd

from shared.checks.columns import about, is_condition, needed
from shared.checks.fast import put_fast
from shared.faults import Fault, InputError, describe
from shared.places import EXPECTATIONS
from shared.sources.delivery import PLACE, header_of, mapping_of
from shared.sources.dictionary import tables
from shared.study import Study

SCALE_MAX = 5  # answers to the process survey run from 1

PARAMETER = "$PARAMETER"  # in a suite: a set of values that only the study knows


def check(
    delivered: dict[str, pd.DataFrame], study: Study, folder: Path = EXPECTATIONS
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return what was checked, and a fault per row that breaks a rule.

    delivered : typed tables with the place of each row (``sources.delivery.PLACE``).
    Returns one row per rule: ``table``, ``column``, ``rule``, ``reason``, ``checked`` (bool: False
    when a column or the table it refers to was not delivered), ``n_failed`` (rows).
    """
    context = _context()
    rows, faults = [], []
    for name, table in delivered.items():
        suite = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        _understand(name, suite["expectations"])
        rules = [_resolve(rule, table, delivered, study) for rule in suite["expectations"]]
        failures = _failures(context, name, table, rules)
        for place, rule in enumerate(suite["expectations"]):
            positions = failures.get(place, [])
            rows.append(_row(name, rule, rules[place] is not None, len(positions)))
            faults += [_fault(name, table, at, rule, study) for at in positions]
    columns = ["table", "column", "rule", "reason", "checked", "n_failed"]
    return pd.DataFrame(rows, columns=columns), faults


def _understand(name: str, rules: list[dict]) -> None:
    """Refuse a suite with types of rules that are not known, or conditions without columns."""
    import great_expectations.expectations as gxe

    file, todo = f"{name}.json", "See docs/expectations.md for the types there are."
    types = [rule["type"] for rule in rules if not hasattr(gxe, _class_name(rule["type"]))]
    faults = [Fault(f"the rule type {one}", "a known type", todo, file) for one in types]
    given = [rule["kwargs"]["row_condition"] for rule in rules if "row_condition" in rule["kwargs"]]
    allowed, todo = "an object that names its column", "See docs/expectations.md for its form."
    faults += [
        Fault(f"the row_condition {one}", allowed, todo, file)
        for one in given
        if not is_condition(one)
    ]
    if faults:
        raise InputError(faults)


def _resolve(
    rule: dict, table: pd.DataFrame, delivered: dict[str, pd.DataFrame], study: Study
) -> dict | None:
    """Return the rule ready for Great Expectations, or None when it cannot be checked here."""
    kwargs = dict(rule["kwargs"])
    for name, value in kwargs.items():
        if isinstance(value, dict) and PARAMETER in value:
            kwargs[name] = _values(value[PARAMETER], delivered, study)
        elif name in ("min_value", "max_value") and isinstance(value, str):
            kwargs[name] = pd.Timestamp(value)
    missing = [column for column in needed(kwargs) if column not in table]
    return None if missing or None in kwargs.values() else {**rule, "kwargs": kwargs}


def _values(parameter: str, delivered: dict[str, pd.DataFrame], study: Study) -> list | None:
    """Return the set of values that a parameter stands for, or None when nobody knows it."""
    if parameter == "study.groups":
        return [group.id for group in study.groups]
    if parameter == "study.waves":
        return list(study.waves)
    if parameter == "study.answers":
        dont_know = [study.survey.dont_know] if study.survey.dont_know is not None else []
        return [*range(1, SCALE_MAX + 1), *dont_know]
    name, _, column = parameter.partition(".")
    if name not in delivered or column not in tables()[name].key:
        return None
    return delivered[name][column].dropna().unique().tolist()


def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # usage statistics, also of older releases
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _failures(
    context: Any, name: str, table: pd.DataFrame, rules: list[dict | None]
) -> dict[int, list[int | None]]:
    """Return, by the place of each rule that can be checked, the positions of rows that break it.

    A rule about the table as a whole that does not hold has the one position None.
    The library returns results in an order of its own, so each rule carries its place.
    """
    import great_expectations as gx

    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    rules, table = put_fast(rules, table)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": table})
    placed = [{**rule, "meta": {"place": at}} for at, rule in enumerate(rules) if rule]
    suite = gx.ExpectationSuite(name=name, expectations=placed)
    results = batch.validate(suite, result_format="COMPLETE").results
    return {result.expectation_config.meta["place"]: _positions(result, name) for result in results}


def _class_name(rule_type: str) -> str:
    return "".join(word.capitalize() for word in rule_type.split("_"))


def _positions(result: Any, name: str) -> list[int | None]:
    if result.exception_info.get("raised_exception", True):
        raise RuntimeError(f"a rule of {name} could not be run: {result.expectation_config.type}")
    if result.success:
        return []
    return sorted(set(result.result.get("unexpected_index_list") or [])) or [None]


def _row(name: str, rule: dict, checked: bool, n_failed: int) -> dict:
    return {
        "table": name,
        "column": ", ".join(about(rule["kwargs"])),
        "rule": rule["meta"]["allowed"],
        "reason": rule["meta"]["reason"],
        "checked": checked,
        "n_failed": n_failed,
    }


def _fault(name: str, table: pd.DataFrame, at: int | None, rule: dict, study: Study) -> Fault:
    columns = about(rule["kwargs"])
    if at is None:
        headers = ", ".join(tables()[name].column(column).header for column in columns)
        allowed, reason = rule["meta"]["allowed"], rule["meta"]["reason"]
        return Fault("a table that breaks a rule", allowed, reason, name, column=headers)
    row = table.iloc[at]
    mapping = mapping_of(study, name, row["_file"])
    item = row.get("item_id", "")
    headers = ", ".join(header_of(column, tables()[name], mapping, item) for column in columns)
    found = " and ".join(describe("" if pd.isna(row[c]) else row[c]) for c in columns)
    file, sheet, number = row[PLACE]
    reason = rule["meta"]["reason"]
    return Fault(found, rule["meta"]["allowed"], reason, file, sheet, int(number), headers)
