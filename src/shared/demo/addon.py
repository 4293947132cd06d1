"""What caseworkers in the add-on resources, and the participants, answer in surveys of their own.

Caseworkers keep their id from one wave to the next; participants are new people each time.
"""

import numpy as np
import pandas as pd

from shared.demo import likert
from shared.demo.dates import day
from shared.demo.groups import texts
from shared.demo.truth import TRUTH, WAVES

ASKED_AT = (6, 18)
STAFF_PARTIES = ("af", "fk", "municipality", "region")
STAFF = (8, 15)  # caseworkers asked per group, the latter left out
PARTICIPANTS = (12, 48)  # asked per group, in proportion to its size
PER_GROUP = 20  # participants asked in a group of average size


def addon_sample(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person and wave who is sent a survey about the add-on resources.

    Columns: ``instrument``, ``wave``, ``lokus_id``, ``party`` (of caseworkers), ``respondent_id``
    and ``answered``.
    """
    staff = rng.integers(*STAFF, len(groups))
    size = groups["share"] * len(groups) * PER_GROUP
    participants = size.round().clip(*PARTICIPANTS).astype(int).to_numpy()
    parts = [_sent_to(groups, "project_staff", staff, wave) for wave in ASKED_AT]
    parts += [_sent_to(groups, "participant", participants, wave) for wave in ASKED_AT]
    frame = pd.concat(parts, ignore_index=True)
    lot = frame.assign(lot=rng.random(len(frame))).groupby(["instrument", "wave", "lokus_id"])
    return frame.assign(answered=lot["lot"].rank(pct=True) > TRUTH.survey.nonresponse)


def addon_answers(
    rng: np.random.Generator, groups: pd.DataFrame, sample: pd.DataFrame
) -> pd.DataFrame:
    """Return processenkat of those in the sample who answered."""
    frame = sample[sample["answered"]].merge(_items(), on="instrument")
    person, construct = (pd.factorize(frame[name])[0] for name in ("respondent_id", "construct"))
    planted = {
        (instrument, name): (mean, TRUTH.addon.change[instrument].get(name, 0.0))
        for instrument, means in TRUTH.addon.base.items()
        for name, mean in means.items()
    }
    pairs = zip(frame["instrument"], frame["construct"], strict=True)
    base, change = np.array([planted[pair] for pair in pairs]).T
    level = pd.Series(rng.normal(0, TRUTH.addon.sd_group, len(groups)), groups["lokus_id"])
    mean = base + change * (frame["wave"] == 18) + frame["lokus_id"].map(level)
    normal = likert.latent(rng, person, construct)
    reverse = frame["reversed"].to_numpy()
    frame["answer"] = likert.answers(rng, normal, mean.to_numpy(), reverse)
    before = rng.integers(1, 29, person.max(initial=0) + 1)[person]
    frame["answered_on"] = frame["wave"].map(WAVES).map(day).to_numpy("datetime64[D]") - before
    return frame


def addon_items(wave: int) -> pd.DataFrame:
    """Return enkatfragor of these surveys for one wave; all but one item of each are anchors."""
    return _items().assign(wave=wave, scale_id="agree_5") if wave in ASKED_AT else _items().head(0)


def addon_sent(sample: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return enkatutskick of these surveys for one wave."""
    by = ["instrument", "lokus_id", "wave", "party"]
    asked = sample[sample["wave"] == wave].groupby(by, dropna=False, sort=False)["answered"]
    return asked.agg(n_sent="size", n_answered="sum").reset_index()


def _sent_to(groups: pd.DataFrame, instrument: str, number: np.ndarray, wave: int) -> pd.DataFrame:
    people = groups.loc[groups.index.repeat(number), ["lokus_id"]].reset_index(drop=True)
    people = people.assign(instrument=instrument, wave=wave, party=None)
    if instrument == "participant":
        names = people.index.map(f"RD-{wave:02d}{{:04d}}".format)
        return people.assign(respondent_id=names)
    party = np.resize(np.array(STAFF_PARTIES, dtype=object), len(people))
    return people.assign(respondent_id=people.index.map("RH-{:04d}".format), party=party)


def _items() -> pd.DataFrame:
    items = pd.DataFrame(texts()["addon_items"])
    return items.assign(
        is_anchor=~items["new"].eq(True), reversed=items["reversed"].eq(True)
    ).rename(columns={"id": "item_id", "text": "text_sv"})
