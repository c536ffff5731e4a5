"""Regions of countries, and Wikidata's answers about places."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from landmarq.catalog import REGIONS, gldv2_test, place_queries, read_places, region_of
from landmarq.catalog.regions import _COUNTRIES
from landmarq.errors import CatalogError
from landmarq.types import Place

HEADER = "category,item,lat,lon,city,country,code\n"


def test_every_country_is_in_one_region() -> None:
    codes = [code for codes in _COUNTRIES.values() for code in codes.split()]
    assert not [code for code, count in Counter(codes).items() if count > 1]
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert [region_of(code) for code in ("fr", "RU", "US", "EG", "JP", "PE", "KE", "", "??")] == [
        "europe_russia",
        "europe_russia",
        "north_america_oceania",
        "middle_east_north_africa",
        "far_east",
        "south_america",
        "africa",
        "elsewhere",
        "elsewhere",
    ]
    assert REGIONS[-1] == "elsewhere"


def test_queries_ask_for_each_category_once_whatever_its_name() -> None:
    names = ["Eiffel Tower", 'The "Shard"', "Château d'If", "Back\\slash"]
    first, second = place_queries(names, each=3)
    assert 'VALUES ?category { "Eiffel Tower" "The \\"Shard\\"" "Château d\'If" }' in first
    assert 'VALUES ?category { "Back\\\\slash" }' in second
    assert first.count("{") == first.count("}")


def test_the_first_answer_for_a_category_counts(tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_text(
        HEADER + "Eiffel Tower,http://www.wikidata.org/entity/Q243,48.8583,2.2944,Paris,France,FR\n"
        "Eiffel Tower,http://www.wikidata.org/entity/Q999,0,0,Elsewhere,Nowhere,\n"
    )
    (tmp_path / "1.csv").write_text(HEADER + "Lone Rock,http://www.wikidata.org/entity/Q7,-10.5,100.25,,,\n")
    places = read_places(tmp_path)
    tower, rock = places["Eiffel Tower"], places["Lone Rock"]
    assert (tower.place, tower.city, tower.country, tower.country_code, tower.wikidata) == (
        Place(48.8583, 2.2944), "Paris", "France", "FR", "Q243",
    )  # fmt: skip
    assert (rock.place, rock.city, rock.country_code) == (Place(-10.5, 100.25), "", "")
    assert read_places(tmp_path / "none") == {}


@pytest.mark.parametrize("answer", ["<html>too many requests</html>\n", HEADER + "a,b,north,2,c,d,FR\n"])
def test_what_is_no_answer_is_one_line_that_names_the_file(answer: str, tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_text(answer)
    with pytest.raises(CatalogError, match=r"0\.csv"):
        read_places(tmp_path)


def test_test_photos_keep_their_usage_and_ignored_ones_are_left_out(tmp_path: Path) -> None:
    assert gldv2_test(tmp_path).rows == ()
    (tmp_path / "recognition_solution_v2.1.csv").write_text(
        "id,landmarks,Usage\n0a1b2c3d4e5f6071,7 9,Public\nf000000000000001,,Private\nf000000000000002,7,Ignored\n"
    )
    one, other = gldv2_test(tmp_path).rows
    assert (one.path, one.landmark, one.role) == ("test/0/a/1/0a1b2c3d4e5f6071.jpg", "7 9", "Public")
    assert (other.landmark, other.role) == ("", "Private")
