"""Every rule of what may be shown, with its reason; docs/disclosure.md explains them to others.

What a study chooses is in its settings (``disclosure`` in study.yml: mode, threshold, base). These
are the same for all studies: numbers that follow from the threshold are multiples of it.

Sources: Handbook on Statistical Disclosure Control, 2nd ed. (2024); OpenSAFELY, Statistical
disclosure control (2026); UK SDAP, SDC Handbook (2019).
"""

# How many are behind a figure

SHARE_BASE = 2  # times the threshold: of fewer, only a share that all or none make up could be told
ROUNDED_BASE = 4  # times the base: of less, a share is mostly of what was rounded away
MEDIAN_BASE = 4  # times the threshold: of fewer, a median or quartile is somebody's own value
ROUGH_BASE = 3  # times the threshold: of fewer answers a step would tell the count
OTHERS = 2  # who must look elsewhere in a unanimous cell, or one of them could be the reader
GROUPS = 3  # in a class of groups: of two, each would know the other

# n is told as one of these where its size would tell which group it is

BANDS = ((1, "1–4"), (5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50–99"), (100, "100+"))

# Decimals of estimates where n is a band: more of them would give n back

COARSE = {
    "share": 2,
    "points": 2,
    "score": 1,
    "change": 1,
    "effect": 1,
    "rate": 1,
    "coefficient": 2,
}
LEVELS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)  # to which p is rounded up beside a band
ROUGH = 0.1  # step of the shares that are told roughly

# Sums of money over people

LARGEST = 0.5  # of a sum: what one person's amount may at most be
CLOSENESS = 0.10  # p: nobody may be able to tell another's amount this closely
MONEY_DECIMALS = {"share": 2, "number": 1}  # beside amounts: more would give back the amount

# A table of which less than this is told is not shown: what is left says nothing

WORTH = 0.2
