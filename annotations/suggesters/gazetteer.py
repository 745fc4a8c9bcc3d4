"""Names that are known beforehand: countries and cities in Italian from CLDR, and the lexicon's own."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from annotations.suggesters.lexicon import AGENCIES, LOC_NAMES, MISC_NAMES, ORG_NAMES, word_set

_NO_PLACE = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "RE"}
"""Codes that are no territory, or (RE, Riunione) a common word."""
_OTHER_COUNTRIES = (
    "Usa", "USA", "U.S.A.", "Stati Uniti d'America", "Gran Bretagna", "Inghilterra", "Scozia", "Galles",
    "Europa", "Unione Sovietica", "URSS", "Urss", "Palestina", "Kosovo",
)  # fmt: skip
"""Names in the news that CLDR writes otherwise or has no code for."""
_COMMON_WORDS = word_set("Vostok Center Marengo Vincennes Salta Nome Regina Resolute Creston Moncton")
"""Exemplar cities of time zones that a newspaper uses as something else."""


@cache
def gazetteer() -> dict[tuple[str, ...], str]:
    """Label of each known name, by its words as they are written; «l'Aquila» has the words l', Aquila."""
    names: dict[tuple[str, ...], str] = {}
    for label, source in (
        ("LOC", _territories()), ("LOC", _cities()), ("LOC", LOC_NAMES), ("ORG", ORG_NAMES),
        ("ORG", AGENCIES), ("MISC", MISC_NAMES),
    ):  # fmt: skip
        for name in source:
            names[name_words(name)] = label
    return names


@cache
def longest_names() -> dict[str, int]:
    """The number of words of the longest known name that begins with a word."""
    longest: dict[str, int] = {}
    for words in gazetteer():
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


@cache
def country_names() -> frozenset[tuple[str, ...]]:
    """The names of countries, by their words."""
    return frozenset(name_words(name) for name in (*_territories(), *_OTHER_COUNTRIES))


@cache
def body_names() -> frozenset[tuple[str, ...]]:
    """The names of parties, newspapers, offices and other bodies that act, by their words."""
    return frozenset(name_words(name) for name in (*ORG_NAMES, *AGENCIES)) - country_names()


def name_words(name: str) -> tuple[str, ...]:
    """A name cut as the desk's tokens are: after an elision and around a dash; apostrophes made straight."""
    return tuple(re.findall(r"[^\W_]+['’]|[^\W_]+(?:\.[^\W_]+)*\.?|[^\w\s]", name.replace("’", "'")))


def _territories() -> list[str]:
    names = []
    for code, name in Locale("it").territories.items():
        if re.fullmatch("[A-Z]{2}", code) and code not in _NO_PLACE:
            # «RAS di Hong Kong», «Isole Cocos (Keeling)», «Congo - Kinshasa»
            name = re.sub(r"\s*\(.*\)|^RAS di | - .*$", "", name)
            names.append(name)
    return names


def _cities() -> list[str]:
    names = []
    cities = Locale("it").time_zones
    for zone in {*get_global("zone_territories"), *cities}:
        continent, _, city = zone.partition("/")
        if continent in ("Europe", "Asia", "Africa", "America") and "/" not in city:
            names.append(city.replace("_", " "))
            if "city" in cities.get(zone, {}):  # CLDR writes only those that differ from the zone's own name
                names.append(str(cities[zone]["city"]))
    return [name for name in names if name not in _COMMON_WORDS]
