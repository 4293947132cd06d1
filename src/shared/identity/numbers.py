"""Personal identity numbers: what is one, in every form in which it is written."""

import re
from datetime import date

# Ten or twelve digits in the form of a Swedish personal identity or coordination number.
# It begins with a digit, not with what must not precede it: that is searched for much faster.
NUMBER = re.compile(r"\d(?<!\d\d)\d(?:(?<=18|19|20)\d\d)?(\d\d)(\d\d)[-+–\s]?(\d{4})(?!\d)")


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
