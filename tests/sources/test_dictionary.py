"""The data dictionary: its tables, keys and code lists are whole, and are those agreed on."""

import re

import pytest

from shared.disclosure.released import known_columns
from shared.places import ROOT
from shared.sources.dictionary import TYPES, code_lists, tables

KEYS = {
    "apriser": "price_id price_year",
    "checklista": "lokus_id wave part_id assessor",
    "deltaganden": "participation_id",
    "enkatfragor": "item_id wave",
    "enkatutskick": "instrument lokus_id wave party",
    "forandringsteori": "step_id",
    "insatser": "insats_id",
    "intervjukodning": "interview_id segment_id code_id coder",
    "jamforelsegrupp": "person_id",
    "koordinatorlogg": "case_id",
    "kostnader": "cost_id",
    "kostnadsfordelning": "rule_id party",
    "larandelogg": "finding_id",
    "modellparametrar": "scenario name",
    "moten": "meeting_id",
    "narvaro": "meeting_id party",
    "omvarld": "lokus_id year indicator",
    "prisindex": "index_series year",
    "processenkat": "respondent_id wave item_id",
    "resultatmal": "lokus_id target_id valid_from",
    "statusspell": "person_id spell_no",
    "strukturfragor": "issue_id",
    "uppfoljning": "person_id participation_id wave",
}
CODES = {
    "party": "af fk municipality region coordinator",
    "group_role": "member chair coordinator other",
    "construct": "goals meetings resources_econ resources_staff resources_org leadership trust "
    "knowledge needs cooperation results content onward counterfactual",
    "instrument": "process project_staff regular_staff participant other",
    "theory_stage": "resources activities short middle long",
    "theory_level": "individual organisation society",
    "indicator": "part_in_place part_change meetings_held party_present cases_solved issues_closed "
    "share_to_work share_to_work_or_study",
    "issue_result": "new_routine agreement contact_list training raised_further no_change",
    "process_part": "goals meetings resources leadership trust knowledge",
    "in_place": "yes partly no unknown",
    "valence": "enabler barrier neutral",
    "origin_party": "af fk municipality_ifo municipality_ame region_psych region_primary employer "
    "other",
    "origin_role": "caseworker manager lokus other",
    "case_type": "wrong_party missing_contact conflicting_decisions info_sharing waiting_time "
    "sip_needed other",
    "focus": "individual structural",
    "structure_area": "roles rules routines it_documentation resources competence handover other",
    "action": "advice contact_brokered meeting_called raised_to_lokus raised_to_board no_action",
    "outcome": "solved partly unsolved passed_on unknown",
    "issue_status": "open in_progress closed rejected",
    "meeting_type": "lokus styrgrupp flerpart samplanering other",
    "mandate": "yes no unknown",
    "gender": "woman man unknown",
    "clock": "exit start",
    "followup_status": "reached not_reached declined moved deceased not_due",
    "followup_source": "phone caseworker register survey",
    "spell_domain": "income occupation insats",
    "target_level": "individual structural process",
    "metric": "n_participations share_to_work share_to_work_or_study share_step_ge1 "
    "share_income_changed n_structural_closed survey_mean gender_balance",
    "target_unit": "n pct score months",
    "target_direction": "ge le between",
    "cost_type": "coordinator addon_resource premises training evaluation admin in_kind_time",
    "funder": "samordningsforbund municipality region af fk other",
    "cost_rule": "equal_fifths law_50_25_25 actual",
    "payer": "municipality region af fk state individual employer outside",
    "price_unit": "hour month visit day piece",
    "price_kind": "transfer real_resource tax production",
    "account": "municipality region af fk state public individual employer society other all",
    "context_indicator": "ill_health_days low_education unemployment social_assistance population",
    "compared": "cost_before work_before age public_support_months woman upper",
}
PEOPLE = {
    ("checklista", "assessor"),
    ("deltaganden", "participation_id"),
    ("deltaganden", "person_id"),
    ("intervjukodning", "coder"),
    ("jamforelsegrupp", "person_id"),
    ("processenkat", "respondent_id"),
    ("statusspell", "person_id"),
    ("uppfoljning", "participation_id"),
    ("uppfoljning", "person_id"),
}
every_table = pytest.mark.parametrize("table", tables().values(), ids=list(tables()))


def columns_of_type(*types):
    return {(t.name, c.name) for t in tables().values() for c in t.columns if c.type in types}


def test_tables_and_their_keys_are_those_agreed_on():
    assert {name: " ".join(table.key) for name, table in tables().items()} == KEYS


@pytest.mark.parametrize("name", CODES)
def test_codes_are_those_agreed_on_in_their_order(name):
    assert list(code_lists()[name]) == CODES[name].split()


@every_table
def test_key_is_made_of_columns_of_the_table(table):
    assert set(table.key) <= {column.name for column in table.columns}


@every_table
def test_headers_and_names_occur_once(table):
    headers = [column.header.casefold() for column in table.columns]
    names = [column.name for column in table.columns]
    assert len(set(headers)) == len(headers)
    assert len(set(names)) == len(names)


@every_table
def test_every_file_may_say_its_source_and_when_it_was_taken_out(table):
    common = [(column.header, column.name, column.type) for column in table.columns[-2:]]
    assert common == [
        ("Källsystem", "source_system", "text"),
        ("Uttagsdatum", "extracted_on", "date"),
    ]


@every_table
def test_columns_have_known_types_and_plain_names(table):
    assert {column.type for column in table.columns} <= set(TYPES)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", column.name) for column in table.columns)


@every_table
def test_exactly_the_columns_of_codes_have_a_code_list(table):
    for column in table.columns:
        assert bool(column.codes) == (column.type in ("code", "codes")), column.name
        assert not column.codes or column.codes in code_lists(), column.name


@every_table
def test_name_of_a_column_is_not_the_header_of_another(table):
    headers = {column.header.casefold(): column.name for column in table.columns}
    assert all(headers.get(column.name, column.name) == column.name for column in table.columns)


@every_table
def test_table_has_a_title_and_a_question(table):
    assert table.title
    assert table.question in ("process", "coordinator", "addon_resources", "socioeconomics")


def test_everyone_who_is_known_by_an_id_becomes_a_pseudonym():
    assert columns_of_type("person") == PEOPLE


def test_group_is_known_by_its_id_wherever_it_occurs():
    grouped = {
        (t.name, c.name) for t in tables().values() for c in t.columns if c.name == "lokus_id"
    }
    assert columns_of_type("group") == grouped


def test_places_are_never_read():
    # An insats is often named after its municipality.
    assert columns_of_type("drop") == {("deltaganden", "municipality"), ("insatser", "name")}


def test_coordinators_log_has_no_column_for_a_person():
    names = {column.name for column in tables()["koordinatorlogg"].columns}
    assert not names & {"person_id", "participation_id", "birth_year", "gender"}


def test_every_code_list_is_used():
    delivered = {column.codes for t in tables().values() for column in t.columns}
    shown = {column.codes for column in known_columns().values()}
    notebooks = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("notebooks/*.ipynb"))
    named = set(re.findall(r'\\"code\\", \\"[^"]*\\", \\"(\w+)\\"\)', notebooks))  # of a Column
    assert (delivered | shown | named) - {""} == set(code_lists())


@pytest.mark.parametrize("name", code_lists())
def test_label_and_aliases_of_a_code_belong_to_it_alone(name):
    owners = {}
    for code in code_lists()[name].values():
        for word in {code.code, code.label, *code.aliases}:
            assert owners.setdefault(word.casefold(), code.code) == code.code, word


@pytest.mark.parametrize(
    "name",
    [
        "income_source",
        "occupation",
        "referrer",
        "construct",
        "origin_party",
        "case_type",
        "action",
        "outcome",
    ],
)
def test_codes_that_reports_make_coarser_all_have_a_group(name):
    assert all(code.group for code in code_lists()[name].values())


def test_followup_and_register_share_their_codes():
    register, followup = tables()["deltaganden"], tables()["uppfoljning"]
    assert followup.column("main_income").codes == register.column("main_income_after").codes
    assert followup.column("occupation").codes == register.column("occupation_after").codes
