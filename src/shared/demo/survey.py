"""The process survey: who sits in the groups, what they answer, and what was asked."""

import numpy as np
import pandas as pd

from shared.demo import likert
from shared.demo.dates import day
from shared.demo.groups import PARTIES, texts
from shared.demo.known import only
from shared.demo.truth import TRUTH, WAVES

COMMENTED = 0.015  # share of answers with free text


def survey_answers(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return processenkat, and ``late``: whether a wave-6 respondent answered after the delivery.

    Respondents keep their id across waves until they are replaced in their seat.
    """
    seats, items = _seats(groups), _items()
    holder = _holders(rng, len(seats))
    answered = rng.random(holder.shape) >= TRUTH.survey.nonresponse
    seat, wave, item = np.nonzero(answered[:, :, None] & _asked()[None, :, :])
    normal = likert.latent(rng, holder[seat, wave], pd.factorize(items["construct"])[0][item])
    means = _means(rng, groups)[seats["group"].to_numpy()[seat], wave, item]
    late = (rng.random(holder.shape) < TRUTH.survey.late_at_wave_6) & (np.array(list(WAVES)) == 6)
    when = _answered_on(rng, late)
    frame = seats[["lokus_id", "party", "role"]].iloc[seat].reset_index(drop=True)
    frame["wave"] = np.array(list(WAVES))[wave]
    frame["respondent_id"] = pd.Series(holder[seat, wave] + 1).map("R-{:04d}".format)
    frame["answered_on"] = when[seat, wave]
    frame["item_id"] = items["id"].to_numpy()[item]
    frame["answer"] = likert.answers(rng, normal, means, items["reversed"].to_numpy()[item])
    frame["comment"] = _comments(rng, len(frame))
    frame["late"] = late[seat, wave]
    return frame


def survey_items(wave: int) -> pd.DataFrame:
    """Return enkatfragor of the groups for one wave: the items asked, as they were worded then."""
    items = _items()[_asked()[list(WAVES).index(wave)]]
    wording = items["first"].fillna(items["text"]) if wave == 0 else items["text"]
    return items.assign(
        item_id=items["id"],
        wave=wave,
        instrument="process",
        text_sv=wording,
        is_anchor=items["anchor"],
        scale_id="agree_5",
    )


def survey_sent(groups: pd.DataFrame, answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return enkatutskick for one wave: seats sent to, and how many of them are in ``answers``."""
    key = ["lokus_id", "wave", "party"]
    sent = groups.melt("lokus_id", PARTIES, var_name="party", value_name="n_sent")
    counted = answers.groupby(key)["respondent_id"].nunique().rename("n_answered").reset_index()
    sent = sent.assign(wave=wave).merge(counted, on=key, how="left", validate="one_to_one")
    answered = sent["n_answered"].fillna(0).astype(int)
    return sent.assign(instrument="process", n_answered=answered)


def _items() -> pd.DataFrame:
    items = pd.DataFrame(texts()["items"])
    flags = {flag: items[flag].eq(True) for flag in ("anchor", "reversed")}
    return items.assign(**flags, new_at=items["new_at"].fillna(0))


def _asked() -> np.ndarray:
    """Return whether each item is asked, shape (waves, items)."""
    return np.array(list(WAVES))[:, None] >= _items()["new_at"].to_numpy()


def _seats(groups: pd.DataFrame) -> pd.DataFrame:
    long = groups.reset_index(names="group").melt(
        ["group", "lokus_id"], PARTIES, var_name="party", value_name="n"
    )
    seats = long.loc[long.index.repeat(long["n"])].sort_values("group", kind="stable")
    first_of_municipality = (seats["party"] == "municipality") & ~seats.duplicated(
        ["group", "party"]
    )
    coordinator = seats["party"] == "coordinator"
    role = np.select([first_of_municipality, coordinator], ["chair", "coordinator"], "member")
    return seats.assign(role=role).drop(columns="n").reset_index(drop=True)


def _holders(rng: np.random.Generator, seats: int) -> np.ndarray:
    """Return who holds each seat at each wave, as a running number, shape (seats, waves)."""
    new = rng.random((seats, len(WAVES))) < TRUTH.survey.replaced_per_wave
    new[:, 0] = True  # so that the running number never crosses from one seat to the next
    return np.cumsum(new.ravel()).reshape(new.shape) - 1


def _means(rng: np.random.Generator, groups: pd.DataFrame) -> np.ndarray:
    """Return the mean answer before reversing, shape (groups, waves, items)."""
    constructs = list(TRUTH.survey.base)
    base = np.array(list(TRUTH.survey.base.values()))
    group = rng.normal(0, TRUTH.survey.sd_group, (len(groups), 1))
    level = base + group + rng.normal(0, TRUTH.survey.sd_group_construct, (len(groups), len(base)))
    improving = np.tile(np.isin(constructs, TRUTH.survey.improving), (len(groups), 1))
    some = constructs.index(TRUTH.survey.improving_in_some)
    improving[:, some] = groups["trusting"]
    change = np.array([TRUTH.survey.change[wave] for wave in WAVES])
    means = level[:, None, :] + improving[:, None, :] * change[None, :, None]
    return means[:, :, [constructs.index(name) for name in _items()["construct"]]]


def _answered_on(rng: np.random.Generator, late: np.ndarray) -> np.ndarray:
    reference = np.array([day(on) for on in WAVES.values()])
    before = reference - rng.integers(1, 29, late.shape)
    return np.where(late, reference + rng.integers(10, 41, late.shape), before)


def _comments(rng: np.random.Generator, n: int) -> np.ndarray:
    written = rng.choice(np.array(texts()["comments"], dtype=object), n)
    return only(written, rng.random(n) < COMMENTED)
