"""The page that comes with a simulated study: what is planted, and which warts the files have."""

from shared.demo.truth import TRUTH, title

TEXT = """\
# {title}

**Everything here is simulated.** No person, meeting or municipality is real, and the prices are
invented. The study exists to try Lokus on and to test its estimates: what a correct analysis must
find is written in `truth.yml`.

Groups: {number}. Participants: {participants}. Seed: {seed}. The same numbers give the same bytes.

## What is planted

| subject | planted |
|---|---|
| group sizes | shares of all participants {shares}, repeated from the ninth group on |
| survey, goals, meetings, knowledge | mean on 1-5 rises by {rise} at 6, 12 and 18 months |
| survey, trust | the same rise in {trusting} of the first eight groups, none in the others |
| survey, leadership and resources | no change |
| survey, response | non-response {survey.nonresponse:.0%}; \
{survey.replaced_per_wave:.0%} of seats change hands a wave |
| caseworkers, cooperation | mean {staff[0]:.1f} at 6 months, {staff[1]:.2f} higher at 18 |
| participants, way onward | mean {onward[0]:.1f} at 6 months, {onward[1]:.2f} higher at 18 |
| participants, same without help | mean {alike[0]:.1f}; their own judgement, not an effect |
| checklist, improving parts | in place with probability {in_place} at 0, 6, 12 and 18 months |
| interviews, improving parts | enabling with probability {enabling} at 6 and 18 months |
| interviews, resources | enabling with probability {enabling_resources} |
| interviews, all parts | neutral {interviews.neutral:.0%}, the rest hindering |
| attendance | {meetings.present:.0%}; \
Försäkringskassan {meetings.present_fk_away:.0%} in two of the first eight groups |
| coordinator | {cases.per_month:g} cases a month, \
{cases.per_month_busy:g} in two of the first eight groups |
| lead time | median {cases.median_days_individual:g} days in individual cases, \
{cases.median_days_structural:g} in structural ones |
| cases described | {cases.described:.0%} |
| structural issues closed | {cases.issues_without_change:.0%} without change, \
and all that are rejected |
| learning log | median {learning.median_days:g} days until closed; \
{learning.never_closed:.0%} stay open |
| to work | {hazards.to_work[woman]:.3f} a month for women, \
{hazards.to_work[man]:.3f} for men, from neither work nor studies |
| to studies | {hazards.to_studies[woman]:.3f} and {hazards.to_studies[man]:.3f} a month |
| to sickness compensation, other exit | {hazards.to_sickness_compensation:.3f} \
and {hazards.to_other_exit:.3f} a month |
| work lost again | {hazards.work_lost:.3f} a month |
| before entry | support for as long as the register says, before that full-time work \
({before.worked:.0%}) or studies: {before.months} months in all, \
not known before some day for {before.unknown:.0%} |
| follow-up, reached in work or studies | {active} at 6, 12 and 18 months |
| follow-up, reached otherwise | {rest} |
| subsidised | {people.subsidised:.0%} of jobs |
| comparison group | {comparison.to_work:.0%} of the hazards to work, \
{comparison.support:.0%} of the time in support before |
| effect against it | {comparison.months_more:.2f} months of work a year more, \
public cost {comparison.cost_less:,.0f} kr a year lower |
| context | {context.days_per_share_ill:.0f} ill-health days more \
for each share of 1 more of the participants who are ill at start |
| spent | {money.spent:.0%} of the budget on average |

Hazards are constant, so a rate is events divided by person-months. A survey answer is drawn so
that the means hold exactly in expectation. Other exit shows as no public support without work
or studies (`Ingen offentlig försörjning`, `Övrig sysselsättning`).

## Warts, as in real exports

- Encodings and separators: UTF-8 with BOM and semicolons, Windows-1252 and semicolons (the
  register), plain UTF-8 and commas, workbooks. Decimal comma or point; dates as 2016-01-05,
  20160105 or 05/01/2016 (day first).
- The survey at 12 months is a wide workbook with title rows, and the case log at 18 months has
  other headers and labels; both are mapped in `study.yml`.
- Surveys of caseworkers and participants have files of their own, named in `study.yml`; they were
  asked at 6 and 18 months. Participants have no party.
- Interviews are a workbook at 6 months and a REFI-QDA project (`.qdpx`) at 18; some passages are
  coded by two.
- Some answers of wave 6 came late, in `wave-12/processenkat.csv`; the sent list of wave 12 corrects
  the number of answers of wave 6.
- Of the participants {people.anonymous:.0%} are anonymous, \
{people.no_followup_consent:.0%} have not consented to follow-up,
  {people.misregistered:.1%} are registered by mistake, and \
{people.two_participations:.0%} take part twice, some in parallel.
- {warts.exact_duplicates:.1%} of the rows of processenkat and deltaganden are there twice.
- Gender and education are missing for some. The register has two columns that nobody asked for.
- Registers, spells, follow-ups and both logs are full exports so far; other files hold what is new.
- `names.txt` has invented names that no free text may hold; none does.
"""


def readme(groups: int, participants: int, seed: int) -> str:
    """Return the page in Markdown, its numbers taken from the planted truth."""
    return TEXT.format(
        **vars(TRUTH) | _lists(),
        title=title(groups),
        number=groups,
        participants=participants,
        seed=seed,
    )


def _lists() -> dict[str, object]:
    """Return what the page says in another form than the planted truth has it."""
    return {
        "shares": ", ".join(f"{share:.2f}" for share in TRUTH.groups.shares),
        "rise": ", ".join(f"{rise:.2f}" for wave, rise in TRUTH.survey.change.items() if wave),
        "trusting": len(TRUTH.groups.trusting),
        "staff": _mean_and_change("project_staff", "cooperation"),
        "onward": _mean_and_change("participant", "onward"),
        "alike": _mean_and_change("participant", "counterfactual"),
        "in_place": _percentages(TRUTH.checklist.in_place),
        "enabling": _percentages(TRUTH.interviews.enabling["goals"]),
        "enabling_resources": _percentages(TRUTH.interviews.enabling["resources"]),
        "active": _percentages(TRUTH.followup.reached_active),
        "rest": _percentages(TRUTH.followup.reached_other),
    }


def _mean_and_change(instrument: str, construct: str) -> tuple[float, float]:
    change = TRUTH.addon.change[instrument].get(construct, 0.0)
    return TRUTH.addon.base[instrument][construct], change


def _percentages(by_wave: dict[int, float]) -> str:
    return ", ".join(f"{share:.0%}" for share in by_wave.values())
