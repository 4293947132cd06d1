"""Accounts: every flow takes as much as it gives, so that transfers cancel for society."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.accounts import (
    ACCOUNTS,
    KINDS,
    OUTSIDE,
    PUBLIC,
    balances,
    by_kind,
    gains,
    incidence,
    public,
    society,
)
from shared.economics.parameters import Parameters
from shared.economics.prices import price_flows

# The person of docs/economics-example.md: round figures that are nobody's prices.
PRICES = pd.DataFrame(
    [
        ("social_assistance", None, 9_000, "municipality", "transfer", False),
        ("casework", "jobseeking", 1_500, "af", "real_resource", False),
        ("wage", "employed", 30_000, "employer", "transfer", True),
        ("production", "employed", 40_000, "employer", "production", False),
    ],
    columns=["price_id", "status", "sek", "payer", "kind", "taxable"],
).assign(unit="month", source="example", price_year=2017)
RATES = Parameters(tax_municipal=0.21, tax_region=0.11, employer_contribution=0.3142)
FLOWS = price_flows(PRICES, RATES)
BEFORE = pd.DataFrame({"social_assistance": 12, "jobseeking": 12, "employed": 0}, index=["she"])
AFTER = pd.DataFrame({"social_assistance": 0, "jobseeking": 0, "employed": 12}, index=["she"])

STATUSES = ["social_assistance", "jobseeking", "employed"]
PARTIES = [*ACCOUNTS, OUTSIDE]


def entries(**kr):
    """Return the accounts in their order, 0 where none is given."""
    return [kr.get(account, 0) for account in PARTIES]


# One person, every entry


def test_balance_before_by_hand():
    got = balances(BEFORE, FLOWS).loc["she"].tolist()
    assert got == entries(individual=108_000, municipality=-108_000, af=-18_000, outside=18_000)


def test_balance_after_by_hand():
    # 360 000 wage; 75 600 + 39 600 tax; 113 112 contribution; 480 000 production.
    assert balances(AFTER, FLOWS).loc["she"].tolist() == pytest.approx(
        entries(
            individual=360_000 - 75_600 - 39_600,
            municipality=75_600,
            region=39_600,
            state=113_112,
            employer=480_000 - 360_000 - 113_112,
            outside=-480_000,
        )
    )


def test_gains_by_hand():
    got = gains(BEFORE, AFTER, FLOWS)
    assert got.loc["she"].tolist() == pytest.approx(
        entries(
            individual=136_800,
            municipality=183_600,
            region=39_600,
            af=18_000,
            state=113_112,
            employer=6_888,
            outside=-498_000,
        )
    )
    assert society(got)["she"] == pytest.approx(498_000)
    assert public(got)["she"] == pytest.approx(354_312)


def test_gains_by_kind_by_hand():
    got = by_kind(BEFORE, AFTER, FLOWS)
    assert got.index.tolist() == list(KINDS)
    exp = {
        "production": entries(employer=480_000, outside=-480_000),
        "real_resource": entries(af=18_000, outside=-18_000),
        "transfer": entries(individual=252_000, municipality=108_000, employer=-360_000),
        "tax": entries(
            individual=-115_200,
            municipality=75_600,
            region=39_600,
            state=113_112,
            employer=-113_112,
        ),
    }
    for kind, amounts in exp.items():
        assert got.loc[kind].tolist() == pytest.approx(amounts), kind
    assert society(got).tolist() == pytest.approx([480_000, 18_000, 0, 0])


def test_kinds_of_several_people_are_added_up():
    two = [pd.concat([months, months.rename({"she": "he"})]) for months in (BEFORE, AFTER)]
    pd.testing.assert_frame_equal(by_kind(*two, FLOWS), 2 * by_kind(BEFORE, AFTER, FLOWS))


def test_half_a_job_is_half_of_all_that_follows_from_it():
    half = AFTER.assign(employed=6)
    pd.testing.assert_frame_equal(2 * balances(half, FLOWS), balances(AFTER, FLOWS))


# Who loses and who gains


def test_flow_takes_from_the_payer_and_gives_to_the_payee():
    flows = pd.DataFrame(
        {"payer": ["fk", "outside"], "payee": ["individual", "employer"]}, index=[7, 9]
    )
    got = incidence(flows)
    assert got.loc[7].tolist() == entries(fk=-1, individual=1)
    assert got.loc[9].tolist() == entries(outside=-1, employer=1)


def test_party_without_account_is_refused():
    flows = pd.DataFrame({"payer": ["ngo"], "payee": ["individual"]})
    with pytest.raises(ValueError, match="No account for ngo"):
        incidence(flows)


def test_public_accounts_are_five_of_the_seven():
    assert len(ACCOUNTS) == 7
    assert set(ACCOUNTS) - set(PUBLIC) == {"individual", "employer"}


def test_status_without_price_moves_nothing():
    months = pd.DataFrame({"studying": [12.0]})
    assert (balances(months, FLOWS) == 0).all(axis=None)


def test_months_of_codes_may_be_a_category_of_columns():
    ordered = BEFORE.set_axis(pd.CategoricalIndex(BEFORE.columns), axis=1)
    pd.testing.assert_frame_equal(balances(ordered, FLOWS), balances(BEFORE, FLOWS))


def test_missing_months_are_refused():
    with pytest.raises(ValueError, match="1 of the months are missing"):
        balances(BEFORE.assign(jobseeking=np.nan), FLOWS)


def test_nobody_gives_no_rows():
    assert balances(BEFORE.iloc[:0], FLOWS).shape == (0, 8)


def test_people_are_paired_by_id_and_not_by_place():
    two = [
        pd.concat([BEFORE, AFTER.rename({"she": "he"})]),
        pd.concat([AFTER, BEFORE.rename({"she": "he"})]),
    ]
    got = gains(two[0], two[1].iloc[::-1], FLOWS)
    assert society(got).tolist() == pytest.approx([498_000, -498_000])


@pytest.mark.parametrize(
    "after", [AFTER.rename({"she": "he"}), AFTER.iloc[:0], pd.concat([AFTER, AFTER])]
)
def test_other_people_after_than_before_are_refused(after):
    with pytest.raises(ValueError, match="the same persons"):
        gains(BEFORE, after, FLOWS)


def test_before_and_after_need_not_have_the_same_statuses():
    got = gains(BEFORE[["social_assistance", "jobseeking"]], AFTER[["employed"]], FLOWS)
    pd.testing.assert_frame_equal(got, gains(BEFORE, AFTER, FLOWS))


# Laws that hold whatever the data

kronor = st.floats(0, 1e6, allow_nan=False)


@st.composite
def any_flows(draw, kinds=KINDS):
    """Return prices of any size between any parties, each as its kind may be."""
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(kinds))
        one, other = draw(st.permutations(ACCOUNTS))[:2]
        payer = OUTSIDE if kind == "production" else one
        payee = OUTSIDE if kind == "real_resource" else other
        rows.append((draw(st.sampled_from(STATUSES)), draw(kronor), payer, payee, kind))
    return pd.DataFrame(rows, columns=["status", "sek", "payer", "payee", "kind"])


months_of = st.lists(
    st.lists(st.floats(0, 12), min_size=3, max_size=3), min_size=1, max_size=5
).map(lambda rows: pd.DataFrame(rows, columns=STATUSES))
law = settings(max_examples=25, deadline=None)
SMALL = 1e-3  # kr, of amounts up to hundreds of millions


@law
@given(any_flows(), months_of)
def test_every_persons_accounts_sum_to_nought(flows, months):
    got = balances(months, flows)
    assert got.sum(axis=1).abs().max() < SMALL
    assert (society(got) + got[OUTSIDE]).abs().max() < SMALL


@law
@given(any_flows(kinds=("transfer", "tax")), months_of)
def test_transfers_and_taxes_give_society_nothing(flows, months):
    assert society(balances(months, flows)).abs().max() < SMALL


@law
@given(any_flows(), months_of, st.floats(0, 10))
def test_prices_times_anything_are_balances_times_it(flows, months, times):
    got = balances(months, flows.assign(sek=flows["sek"] * times))
    pd.testing.assert_frame_equal(got, balances(months, flows) * times, atol=SMALL)


@law
@given(any_flows(), months_of, st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_does_not_matter(flows, months, random):
    mixed = flows.iloc[random.sample(range(len(flows)), len(flows))]
    turned = months.iloc[::-1, ::-1]
    got = balances(turned, mixed).loc[months.index]
    pd.testing.assert_frame_equal(got, balances(months, flows), atol=SMALL)


@law
@given(any_flows(), months_of)
def test_kinds_add_up_to_the_gains(flows, months):
    after = months.iloc[::-1].set_axis(months.index)
    got = by_kind(months, after, flows).sum()
    exp = gains(months, after, flows).sum()
    np.testing.assert_allclose(got, exp, atol=SMALL)


@law
@given(any_flows(), months_of)
def test_balance_is_the_sum_of_entries_made_one_by_one(flows, months):
    got = balances(months, flows)
    for person in months.index:
        book = dict.fromkeys(PARTIES, 0.0)
        for flow in flows.itertuples():
            amount = flow.sek * months.loc[person, flow.status]
            book[flow.payer] -= amount
            book[flow.payee] += amount
        assert got.loc[person].to_dict() == pytest.approx(book, abs=SMALL)
