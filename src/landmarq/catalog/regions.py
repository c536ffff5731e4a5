"""Which part of the world a country belongs to: the curriculum's regions."""

from __future__ import annotations

ELSEWHERE = "elsewhere"
"""Region of a landmark whose country is not known."""

# The four parts of Boiarov & Tyantov's curriculum, and the two that they do not name. ISO 3166-1 codes.
_COUNTRIES = {
    "europe_russia": """
        AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC
        MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK""",
    "north_america_oceania": """
        AG AI AS AU AW BB BL BM BQ BS BZ CA CK CR CU CW DM DO FJ FM GD GL GP GT GU HN HT JM KI KN KY LC MF MH MP MQ MS
        MX NC NF NI NR NU NZ PA PF PG PM PN PR PW SB SV SX TC TK TO TT TV US VC VG VI VU WF WS""",
    "middle_east_north_africa": "AE BH DZ EG EH IL IQ IR JO KW LB LY MA OM PS QA SA SD SY TN TR YE",
    "far_east": """
        AF BD BN BT CN HK ID IN JP KG KH KP KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TW UZ VN""",
    "south_america": "AR BO BR CL CO EC FK GF GY PE PY SR UY VE",
    "africa": """
        AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RE RW SC SH
        SL SN SO SS ST SZ TD TG TZ UG YT ZA ZM ZW""",
}
REGIONS = (*_COUNTRIES, ELSEWHERE)
_REGION_OF = {code: region for region, codes in _COUNTRIES.items() for code in codes.split()}


def region_of(country_code: str) -> str:
    """Return the region of a country (ISO 3166-1 alpha-2, either case); ``ELSEWHERE`` for any other text."""
    return _REGION_OF.get(country_code.upper(), ELSEWHERE)
