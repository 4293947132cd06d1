"""What an attacker may know besides the pages: who is where, how many, what was shown before."""

import getpass
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from shared.audit.published import Publication
from shared.faults import Fault, InputError
from shared.study import Study, load_study
from shared.study.settings import Disclosure


@dataclass(frozen=True)
class Knowledge:
    """Outside knowledge, declared.

    mode, threshold, base : how the counts are protected.
    sizes   : participations by real group; women the same, of women.
    parties : by real group, those that are members.
    names   : what no page may have: people, groups, municipalities, ids, users. Kept out of every
              message.
    data    : the processed tables the pages were made from.
    earlier : earlier publications, oldest first.
    letters : real group -> its letter on these pages, for the attacks that need the truth.
    """

    mode: str = "suppress"
    threshold: int = 5
    base: int = 5
    sizes: dict[str, int] = field(default_factory=dict)
    women: dict[str, int] = field(default_factory=dict)
    parties: dict[str, list[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    data: Path | None = None
    earlier: tuple[Path, ...] = ()
    letters: dict[str, str] = field(default_factory=dict)


def read_knowledge(
    path: Path | None,
    publication: Publication,
    *,
    data: Path | None = None,
    earlier: Sequence[Path] = (),
) -> Knowledge:
    """Return what a YAML file declares (``sizes``, ``women``, ``parties``, ``names``), if any.

    How counts are protected is what the publication says of itself. Raises ``InputError`` for a
    file that is not such a file.
    """
    known = {} if path is None else _declared(path)
    names = frozenset({getpass.getuser(), *map(str, known.pop("names", []))})
    rules = Disclosure.model_validate(publication.manifest.get("disclosure", {}))
    return Knowledge(
        rules.mode,
        rules.threshold,
        rules.base,
        names=names,
        data=data,
        earlier=tuple(earlier),
        **known,
    )


def of_study(
    folder: Path, data: Path, letters: dict[str, str], *, earlier: Sequence[Path] = ()
) -> Knowledge:
    """Return what somebody who knows everybody in the region may know of a study.

    folder  : the study's; its groups' ids and its list of names may be on no page.
    data    : the processed tables of the wave.
    letters : the groups' ids -> their letters there.
    """
    study = load_study(folder)
    listed = folder / (study.identity.names or "")
    names = listed.read_text(encoding="utf-8").splitlines() if study.identity.names else []
    sizes, women = _sizes(data, letters)
    rules = study.disclosure
    return Knowledge(
        rules.mode,
        rules.threshold,
        rules.base,
        sizes,
        women,
        names=frozenset(filter(_is_name, {getpass.getuser(), *letters, *map(str.strip, names)})),
        data=data,
        earlier=tuple(earlier),
        letters=letters,
    )


def _is_name(text: str) -> bool:
    """Tell a name from a number or a letter, which stand in any page."""
    return len(text) > 2 and not text.isdigit()


def _sizes(data: Path, letters: dict[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    from shared.estimates.records import records

    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    if "deltaganden" not in manifest["tables"]:
        return {}, {}
    tables = {"deltaganden": pd.read_parquet(data / "deltaganden.parquet")}
    study = Study.model_validate(manifest["study"])
    rows = records(tables, study, manifest["wave"], ["participations"])["participations"]
    everybody = rows["lokus_id"].value_counts()
    women = rows.loc[rows["gender"] == "woman", "lokus_id"].value_counts()
    return tuple(  # type: ignore[return-value]
        {raw: int(counts.get(letter, 0)) for raw, letter in letters.items()}
        for counts in (everybody, women)
    )


def _declared(path: Path) -> dict:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise InputError(
            [Fault("no YAML", "a file of outside knowledge", file=path.name)]
        ) from error
    allowed = ("sizes", "women", "parties", "names")
    unknown = [name for name in found if name not in allowed] if isinstance(found, dict) else [""]
    if unknown:
        what = f"unknown key '{unknown[0]}'" if unknown[0] else "no keys"
        raise InputError([Fault(what, ", ".join(allowed), file=path.name)])
    return found
