"""How each file of the demo study looks, with those that ``study.yml`` must map."""

from typing import Any

from shared.demo.files import COMMA, REGISTER, SEMICOLON, SLASHED, WORKBOOK

STYLES = {
    "processenkat": SEMICOLON,
    "enkatfragor": SEMICOLON,
    "enkatutskick": COMMA,
    "checklista": WORKBOOK,
    "intervjukodning": WORKBOOK,
    "forandringsteori": SEMICOLON,
    "larandelogg": SEMICOLON,
    "moten": SLASHED,
    "narvaro": SEMICOLON,
    "koordinatorlogg": SLASHED,
    "strukturfragor": WORKBOOK,
    "insatser": REGISTER,
    "deltaganden": REGISTER,
    "statusspell": COMMA,
    "uppfoljning": SEMICOLON,
    "resultatmal": WORKBOOK,
    "kostnader": SEMICOLON,
    "kostnadsfordelning": SEMICOLON,
    "apriser": SEMICOLON,
    "prisindex": SEMICOLON,
    "modellparametrar": SEMICOLON,
    "jamforelsegrupp": SEMICOLON,
    "omvarld": SEMICOLON,
}
LATE = COMMA  # the survey answers that came late were taken out in another way
SYSTEMS = {
    "processenkat": "Enkätverktyg",
    "enkatutskick": "Enkätverktyg",
    "koordinatorlogg": "Koordinatorns logg",
    "deltaganden": "Deltagarregister",
    "insatser": "Deltagarregister",
    "statusspell": "Registeruttag",
}
ADDON = {  # survey answers about the add-on resources, per wave; with the dictionary's headers
    6: "wave-06/Enkäter om insatserna sommar 2016.csv",
    18: "wave-18/Enkäter om insatserna sommar 2017.csv",
}
PROJECT = ("intervjukodning", 18)  # exported from the program in which it was coded
# (table, wave): the mapping in study.yml, and the lines above the headers
MAPPED: dict[tuple[str, int], dict[str, Any]] = {
    ("processenkat", 12): {
        "file": "wave-12/Enkätsvar vinter 2017.xlsx",
        "sheet": "Svar",
        "header_row": 4,
        "columns": {
            "Kommun/lokus": "lokus_id",
            "Svarande": "respondent_id",
            "Organisation": "party",
            "Uppdrag i gruppen": "role",
            "Besvarad": "answered_on",
        },
        "set": {"wave": 12},
        "values": {
            "answer": {
                "1 Instämmer inte alls": 1,
                "2 Instämmer till liten del": 2,
                "3 Instämmer delvis": 3,
                "4 Instämmer till stor del": 4,
                "5 Instämmer helt": 5,
                "Vet ej": 9,
            },
            "role": {
                "Gruppmedlem": "member",
                "Gruppens ordförande": "chair",
                "Samverkanskoordinator": "coordinator",
            },
        },
        "items": "Q*",
    },
    ("koordinatorlogg", 18): {
        "file": "wave-18/Ärendelogg juli 2017.xlsx",
        "sheet": "Ärenden",
        "header_row": 3,
        "columns": {
            "Nr": "case_id",
            "Lokus": "lokus_id",
            "Inkom": "opened_on",
            "Klart": "closed_on",
            "Vem frågar (organisation)": "origin_party",
            "Vem frågar (roll)": "origin_role",
            "Vad gäller det": "case_type",
            "Enskilt eller struktur": "focus",
            "Område": "structure_area",
            "Vad gjordes": "action",
            "Hur gick det": "outcome",
            "Min": "minutes",
            "Beskrivning": "note",
        },
        "values": {
            "focus": {"Enskilt ärende": "individual", "Struktur": "structural"},
            "outcome": {
                "Klart": "solved",
                "Delvis klart": "partly",
                "Ej löst": "unsolved",
                "Vidare till annan": "passed_on",
                "Vet inte": "unknown",
            },
        },
    },
}
ABOVE = {
    "processenkat": ("Processenkät vinter 2017", "Rapporten skapad 2017-01-15", ""),
    "koordinatorlogg": ("Ärendelogg, uttag 2017-07-15", ""),
}
NOTE = "Simulerade uppgifter. Bladet beskriver filen och innehåller inga rader att läsa in."
