"""A page in the making: what a notebook asks for its data, and the only way it shows anything.

Whatever is shown carries a mark; publishing fails on any output without one (``wave/publish.py``).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from html import escape
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from IPython.display import HTML, display

from shared.disclosure.between_groups import Limits, release_compared
from shared.disclosure.counts import GROUP
from shared.disclosure.curves import thin
from shared.disclosure.money import release_money
from shared.disclosure.person_years import in_person_years
from shared.disclosure.protected import Counts, counts_of, flows
from shared.disclosure.release import release_estimates, release_facts, release_quotes
from shared.disclosure.released import MARK, Cell, Column, Released
from shared.disclosure.size_classes import size_classes
from shared.economics.change import Change
from shared.estimates.records import KINDS, records
from shared.faults import Fault, InputError
from shared.pages import figures
from shared.pages.tables import show_value, table_html
from shared.pages.words import Words
from shared.study import Study

NOTHING = "{}: ännu inga uppgifter."
# Units whose number is told as a band: colleagues are so few that all know one another, and
# participations less individuals are those who came back.
BANDED = ("respondents", "individuals")
TOO_FEW = "{}: för få för att visas."
MONTHS = "{} månader"  # a wave in running text
LONG = 8  # rows
LEFT_OUT = "Rader där inget kan visas är utelämnade: {}."


def open_page(data: str, *, group: str | None = None, language: str = "sv") -> "Page":
    """Open the processed tables in the folder ``data``, for one group's letter or for the wave.

    Raises ``InputError`` when there are none yet, or the group is not one of the study's letters.
    """
    folder = Path(data)
    if not (folder / "manifest.json").is_file():
        todo = "Run `make reports`, or `lokus run STUDY --wave N`, first."
        raise InputError([Fault("no processed tables", "a folder of data/processed", todo)])
    page = Page(folder, group, Words(language))
    letters = [one.id for one in page.study.groups]
    if group is not None and group not in letters:
        raise InputError([Fault(f"group '{group}'", f"one of {', '.join(letters)}")])
    return page


class Page:
    """Data of one group (or, without a group, of the whole wave), and the door out."""

    def __init__(self, folder: Path, group: str | None, words: Words) -> None:
        self._folder, self.group, self.words = folder, group, words
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.study = Study.model_validate(manifest["study"])
        self.wave: int = manifest["wave"]
        self._stored = list(manifest["tables"])
        self._records: dict[str, pd.DataFrame] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    def has(self, table: str) -> bool:
        """Tell whether the study has delivered the table."""
        return table in self._stored

    def rows(self, table: str, *, everyone: bool = False) -> pd.DataFrame:
        """Return a processed table, of the page's group if it has one. For estimates only."""
        rows = self._read(table)
        if everyone or self.group is None or "lokus_id" not in rows:
            return rows
        return rows[rows["lokus_id"] == self.group]

    def tables(self, *names: str, everyone: bool = False) -> dict[str, pd.DataFrame]:
        """Return those of the processed tables that were delivered, as `rows` does.

        With ``everyone`` the rows of all groups, for comparisons.
        """
        return {name: self.rows(name, everyone=everyone) for name in names if self.has(name)}

    def records(self, kind: str) -> pd.DataFrame:
        """Return records of one kind (``estimates/records.py``), of the page's group if any."""
        if kind not in self._records:
            names = [name for name in KINDS[kind][1] if name in self._stored]
            tables = {name: self._read(name) for name in names}
            self._records |= records(tables, self.study, self.wave, [kind])
        rows = self._records[kind]
        return rows if self.group is None else rows[rows["lokus_id"] == self.group]

    def counts(self, table: str) -> Counts:
        """Return the protected counts of a table declared in ``disclosure/tables.yml``."""
        cells = pd.read_parquet(self._folder / "protected" / f"{table}.parquet")
        return counts_of(cells, table, group=self.group, rules=self.study.disclosure)

    def flows(self, tables: dict[str, tuple[str, str]]) -> Released:
        """Return protected counts as flows: table -> the dimensions they come from and go to."""
        return flows({ends: self.counts(table) for table, ends in tables.items()})

    def estimates(
        self, frame: pd.DataFrame, *, id: str, unit: str, keys: list[str], **columns: Column
    ) -> Released:
        """Release estimates that rest on rows; ``frame`` has ``n``, ``keys`` say what a row is.

        Where n would tell which group it is, or how many of a few colleagues did not answer, it is
        shown as a band. ``columns`` describes those that ``disclosure/columns.csv`` does not know.
        """
        return release_estimates(
            frame,
            id=id,
            unit=unit,
            keys=keys,
            rules=self.study.disclosure,
            band=self.group is None or unit in BANDED,
            columns=columns,
        )

    def money(
        self,
        frame: pd.DataFrame,
        *,
        id: str,
        unit: str,
        keys: list[str],
        of: str,
        contributions: pd.DataFrame | Sequence[pd.DataFrame],
        totals: Mapping[str, Sequence[str]] = MappingProxyType({}),
        known: Collection[str] = (),
        **columns: Column,
    ) -> Released:
        """Release figures from sums of money over people (``disclosure/money.py``).

        ``contributions`` holds each person's part of every sum that the key ``of`` names, and
        ``totals`` says which sums add up to others; ``known`` are columns that are not about
        them. n is always a band: means of money times n, over a price, would be people.
        """
        return release_money(
            frame,
            id=id,
            unit=unit,
            keys=keys,
            of=of,
            contributions=contributions,
            totals=totals,
            known=known,
            rules=self.study.disclosure,
            band=True,
            columns=columns,
        )

    def compared(
        self,
        frame: pd.DataFrame,
        *,
        id: str,
        unit: str,
        keys: Sequence[str] = (GROUP,),
        limits: Limits | None = None,
        **columns: Column,
    ) -> Released:
        """Release figures of groups beside one another (``disclosure/between_groups.py``).

        Whatever follows a group's size is decided for a class of groups by its smallest, and what
        ``limits`` returns is computed from the rows as they are told.
        """
        return release_compared(
            frame,
            id=id,
            unit=unit,
            sizes=self.sizes,
            rules=self.study.disclosure,
            columns=columns,
            keys=keys,
            limits=limits,
        )

    @cached_property
    def sizes(self) -> pd.Series:
        """The size class of each group, by participations; one class where none are known."""
        letters = [one.id for one in self.study.groups]
        if not self.has("deltaganden"):
            return size_classes(pd.Series(0, index=letters))
        counts = self.records("participations")[GROUP].value_counts()
        return size_classes(counts.reindex(letters, fill_value=0))

    def rounded(self, change: Change) -> Change:
        """Return a change in money told from whole person-years (``disclosure/person_years.py``).

        Means are computed from it; who contributed, and how amounts are distributed, is not.
        """
        return in_person_years(change, self.study.disclosure)

    def curves(
        self,
        frame: pd.DataFrame,
        *,
        id: str,
        curve: str | None = None,
        time: str = "month",
        **columns: Column,
    ) -> Released:
        """Release curves of people by gender, as steps that enough of them made together.

        ``frame`` has ``gender``, ``time``, ``n`` (at risk) and ``events`` (so far), and ``curve``
        says which events where there are several kinds (``disclosure/curves.py``).
        """
        rules, keys = self.study.disclosure, [*([curve] if curve else []), "gender", time]
        shown = thin(frame, part="gender", time=time, curve=curve, rules=rules)
        return self.estimates(shown, id=id, unit="people", keys=keys, **columns)

    def facts(
        self,
        frame: pd.DataFrame,
        *,
        id: str,
        unit: str,
        because: str,
        rough: bool = False,
        **columns: Column,
    ) -> Released:
        """Release what is not about people; ``because`` says why it is not.

        ``rough`` tells amounts of money in two digits, where an exact one may be somebody's pay.
        """
        rough = rough and self.study.disclosure.mode != "open"
        return release_facts(frame, id=id, unit=unit, because=because, rough=rough, columns=columns)

    def quotes(self, frame: pd.DataFrame, *, id: str, n: int) -> Released:
        """Release quotes that may be used, said by some of ``n`` people who were interviewed."""
        allowed = self.study.interviews.quotes == "consented"
        rules = self.study.disclosure
        return release_quotes(frame, id=id, allowed=allowed, n=n, rules=rules)

    def show(self, released: Released, title: str, *, otherwise: str = "") -> None:
        """Show a table under a title (in Swedish; translated here).

        ``otherwise`` is written instead when the table has nothing to show. Of a long table, rows
        of which nothing is shown are left out, and said to be; the tables beside the page
        (``to_dict``) have them.
        """
        text = self.words(title)
        if not _released(released).shows_anything:
            self._display(self._nothing(released, text, otherwise), released.to_dict(text))
            return
        told = released.told() if len(released.frame) > LONG else released
        html = table_html(told, text, self.words)
        if left_out := len(released.frame) - len(told.frame):
            html += f'<p class="note">{escape(self.words(LEFT_OUT).format(left_out))}</p>'
        self._display(html, released.to_dict(text))

    def figure(
        self, released: Released, draw: figures.Draw, title: str, alt: str, **options: Any
    ) -> None:
        """Show a figure drawn from a released table; ``alt`` says in words what it shows."""
        if not alt.strip():
            raise ValueError("a figure needs an alternative text")
        released = _released(released)
        drawn = [name for option in options.values() for name in _names(option, released)]
        if not released.only(dict.fromkeys([*released.keys, *drawn])).shows_anything:
            return  # the table beside it says why
        texts = self.words(title), self.words(alt)
        html = figures.figure_html(released, draw, *texts, self.words, **options)
        self._display(html, released.to_dict(texts[0]))

    def say(self, text: str, *, otherwise: str = "", lead: bool = False, **cells: Cell) -> None:
        """Write a sentence whose numbers are cells of released tables.

        ``otherwise`` is written instead when a cell is hidden or missing; ``lead`` marks the
        answer to the page's question.
        """
        wrong = [name for name, cell in cells.items() if not isinstance(cell, Cell)]
        if wrong:
            raise TypeError(f"{', '.join(wrong)}: take numbers from a released table's value(...)")
        gone = any(cell.hidden or pd.isna(cell.value) for cell in cells.values())
        chosen = self.words(otherwise if gone and otherwise else text)
        shown = {name: self._in_prose(cell) for name, cell in cells.items()}
        kind = "answer" if lead else "finding"
        self._display(f'<p class="{kind}">{escape(chosen.format(**shown), quote=False)}</p>')

    def _read(self, table: str) -> pd.DataFrame:
        """Return a processed table, read once; pandas copies it when somebody writes to it."""
        if table not in self._tables:
            self._tables[table] = pd.read_parquet(self._folder / f"{table}.parquet")
        return self._tables[table].copy(deep=False)

    def _in_prose(self, cell: Cell) -> str:
        shown = show_value(cell.value, cell, self.words, hidden=cell.hidden)
        if cell.hidden or pd.isna(cell.value):
            return shown
        if cell.kind == "wave":
            return self.words(MONTHS).format(cell.value)
        if cell.kind == "payback" and isfinite(cell.value):
            return self.words(MONTHS).format(shown)
        return shown

    def _nothing(self, released: Released, title: str, otherwise: str) -> str:
        why = otherwise or (TOO_FEW if released.n_suppressed else NOTHING)
        return f'<p class="finding">{escape(self.words(why).format(title))}</p>'

    def _display(self, html: str, table: dict | None = None) -> None:
        mark = {"sha256": sha256(html.encode()).hexdigest(), "table": table}
        display(HTML(html), metadata={MARK: mark})


def _names(option: Any, released: Released) -> list[str]:
    """Return the value columns that an option of a figure names; n alone is no figure."""
    names = option if isinstance(option, list) else [option]
    values = [name for name in released.frame if name not in (*released.keys, "n")]
    return [name for name in names if name in values]


def _released(table: Released) -> Released:
    if not isinstance(table, Released):
        raise TypeError(
            f"found a {type(table).__name__}; only released tables are shown. "
            "Pass it through page.counts, page.estimates or page.facts."
        )
    return table
