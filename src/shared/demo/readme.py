"""The page that comes with a simulated study: what is planted, and which warts the files have."""

from shared.demo.truth import TRUTH, title

TEXT = """\
# {title}

**Everything here is simulated.** No person, meeting or municipality is real, and the prices are
invented. The study exists to try Lokus on and to test its estimates: what a correct analysis must
find is written in `truth.yml`.

Groups: {groups}. Participants: {participants}. Seed: {seed}. The same numbers give the same bytes.

## What is planted

| subject | planted |
|---|---|
| group sizes | shares of all participants {shares}, repeated from the ninth group on |
| survey, goals, meetings, knowledge | mean on 1-5 rises by {change} at 6, 12 and 18 months |
| survey, trust | the same rise in {trusting} of the first eight groups, none in the others |
| survey, leadership and resources | no change |
| survey, response | non-response {nonresponse:.0%}; {replaced:.0%} of seats change hands a wave |
| checklist, improving parts | in place with probability {in_place} at 0, 6, 12 and 18 months |
| attendance | {present:.0%}; Försäkringskassan {away:.0%} in two of the first eight groups |
| coordinator | {cases:g} cases a month, {busy:g} in two of the first eight groups |
| lead time | median {individual:g} days in individual cases, {structural:g} in structural ones |
| to work | {woman:.3f} a month for women, {man:.3f} for men, from neither work nor studies |
| to studies | {study_woman:.3f} and {study_man:.3f} a month |
| to sickness compensation, other exit | {sick:.3f} and {other:.3f} a month |
| work lost again | {lost:.3f} a month |
| follow-up, reached in work or studies | {active} at 6, 12 and 18 months |
| follow-up, reached otherwise | {rest} |
| subsidised | {subsidised:.0%} of jobs |
| spent | {spent:.0%} of the budget on average |

Hazards are constant, so a rate is events divided by person-months. A survey answer is drawn so
that the means hold exactly in expectation. Other exit shows as no public support without work
or studies (`Ingen offentlig försörjning`, `Övrig sysselsättning`).

## Warts, as in real exports

- Encodings and separators: UTF-8 with BOM and semicolons, Windows-1252 and semicolons (the
  register), plain UTF-8 and commas, workbooks. Decimal comma or point; dates as 2016-01-05,
  20160105 or 05/01/2016 (day first).
- The survey at 12 months is a wide workbook with title rows, and the case log at 18 months has
  other headers and labels; both are mapped in `study.yml`.
- Some answers of wave 6 came late, in `wave-12/processenkat.csv`; the sent list of wave 12 corrects
  the number of answers of wave 6.
- Of the participants {anonymous:.0%} are anonymous, {refused:.0%} have not consented to follow-up,
  {misregistered:.1%} are registered by mistake, and {two:.0%} take part twice, some in parallel.
- {duplicates:.1%} of the rows of processenkat and deltaganden are there twice.
- Gender and education are missing for some. The register has two columns that nobody asked for.
- Registers, spells, follow-ups and the log are full exports so far; other files hold what is new.
"""


def readme(groups: int, participants: int, seed: int) -> str:
    """Return the page in Markdown, its numbers taken from the planted truth."""
    return TEXT.format(
        title=title(groups),
        groups=groups,
        participants=participants,
        seed=seed,
        **_process(),
        **_people(),
    )


def _process() -> dict[str, object]:
    survey, meetings, cases = TRUTH.survey, TRUTH.meetings, TRUTH.cases
    return {
        "shares": ", ".join(f"{share:.2f}" for share in TRUTH.groups.shares),
        "change": ", ".join(f"{change:.2f}" for wave, change in survey.change.items() if wave),
        "trusting": len(TRUTH.groups.trusting),
        "nonresponse": survey.nonresponse,
        "replaced": survey.replaced_per_wave,
        "in_place": _percentages(TRUTH.checklist.in_place),
        "present": meetings.present,
        "away": meetings.present_fk_away,
        "cases": cases.per_month,
        "busy": cases.per_month_busy,
        "individual": cases.median_days_individual,
        "structural": cases.median_days_structural,
    }


def _people() -> dict[str, object]:
    hazards, people = TRUTH.hazards, TRUTH.people
    return {
        "woman": hazards.to_work["woman"],
        "man": hazards.to_work["man"],
        "study_woman": hazards.to_studies["woman"],
        "study_man": hazards.to_studies["man"],
        "sick": hazards.to_sickness_compensation,
        "other": hazards.to_other_exit,
        "lost": hazards.work_lost,
        "active": _percentages(TRUTH.followup.reached_active),
        "rest": _percentages(TRUTH.followup.reached_other),
        "subsidised": people.subsidised,
        "spent": TRUTH.money.spent,
        "anonymous": people.anonymous,
        "refused": people.no_followup_consent,
        "misregistered": people.misregistered,
        "two": people.two_participations,
        "duplicates": TRUTH.warts.exact_duplicates,
    }


def _percentages(by_wave: dict[int, float]) -> str:
    return ", ".join(f"{share:.0%}" for share in by_wave.values())
