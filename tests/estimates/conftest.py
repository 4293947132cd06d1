"""Tables as estimates meet them: every column of the dictionary is there and has its type."""

import pandas as pd
import pytest

from shared.identity.pseudonymise import pseudonymise
from shared.sources.dictionary import tables
from shared.sources.values import DTYPES


@pytest.fixture(scope="session")
def processed():
    """Return a function that builds a table by name from rows; lokus_id is A where not given."""

    def build(name, *rows):
        columns = {column.name: column.type for column in tables()[name].columns}
        frame = pd.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)))
        if "lokus_id" in columns and "lokus_id" not in frame:
            frame["lokus_id"] = "A"
        frame = frame.astype({key: DTYPES.get(columns[key], "str") for key in frame})
        return pseudonymise({name: frame}, b"key", {"A": "A", "B": "B"})[name]

    return build
