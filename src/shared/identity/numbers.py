"""Personal identity numbers: found wherever they hide, and never let past the reading step."""

import re
from datetime import date

import pandas as pd

from shared.faults import Fault
from shared.sources.delivery import header_of, mapping_of
from shared.sources.dictionary import tables
from shared.study import Study

# Ten or twelve digits in the form of a Swedish personal identity or coordination number.
NUMBER = re.compile(r"(?<!\d)(?:(?:18|19|20)\d{2}|\d{2})(\d{2})(\d{2})[-+–\s]?(\d{4})(?!\d)")
TEXT_TYPES = ("id", "text", "person", "group")


def refuse_personal_numbers(delivered: dict[str, pd.DataFrame], study: Study) -> list[Fault]:
    """Return a fault for each cell that holds what is shaped like a personal identity number.

    In columns of person ids they are let through when ``study.yml`` says they become pseudonyms.
    """
    faults = []
    for name, table in delivered.items():
        for column in tables()[name].columns:
            welcome = column.type == "person" and study.identity.personal_numbers != "refuse"
            if column.type not in TEXT_TYPES or column.name not in table or welcome:
                continue
            cells = pd.Series(table[column.name].dropna().unique(), dtype=object)
            bad = cells[cells.map(has_personal_number).astype(bool)]
            for _, row in table[table[column.name].isin(bad)].iterrows():
                mapping = mapping_of(study, name, row["_file"])
                item = row.get("item_id", "")
                faults.append(_fault(row, header_of(column.name, tables()[name], mapping, item)))
    return faults


def has_personal_number(text: str) -> bool:
    """Tell whether the text holds what is shaped like a Swedish personal identity number.

    The date part must be a day (or a coordination number's day plus 60) and the check digit right
    (the Luhn rule of Skatteverket, SKV 704).
    """
    return any(_is_number(match) for match in NUMBER.finditer(text))


def plain_number(text: str) -> str:
    """Return a personal identity number as its ten digits, and any other text as it is.

    The same person may come as 19900101-2385 and as 9001012385.
    """
    match = NUMBER.fullmatch(text.strip())
    return re.sub(r"\D", "", text)[-10:] if match and _is_number(match) else text


def _is_number(match: re.Match) -> bool:
    month, day, _ = match.groups()
    try:
        date(2000, int(month), int(day) % 60 or 60)  # 2000: a leap year, so 29 February passes
    except ValueError:
        return False
    digits = re.sub(r"\D", "", match[0])[-10:]
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _fault(row: pd.Series, header: str) -> Fault:
    return Fault(
        "what is shaped like a personal identity number",
        "ids made by the sender, never personal identity numbers",
        "Ask the sender for a file without them, and delete this one.",
        row["_file"],
        row["_sheet"],
        int(row["_row"]),
        header,
    )
