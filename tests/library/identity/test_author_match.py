"""Names that are typed are found among those of authors, whatever their letters, order and initials."""

from __future__ import annotations

import pytest

from assistant.core.paper import Paper
from assistant.library.catalogue import Catalogue
from assistant.library.identity.author_match import is_named, keys, parts
from assistant.library.identity.where import Where

HELD = {
    "o": ("Liv Østergård",),
    "m": ("Karl Müller",),
    "l": ("Ana López-García",),
    "b": ("Anna van der Berg",),
    "r": ("Asha Roy", "Bo Clark"),
    "n": ("Eva O’Neil",),
    "c": ("CERN Group",),
    "k": ("Martin King Jr.",),
    "w": ("王 小明",),
    "g": ("García Prado, Inés",),
    "h": ("Ada Hansen-Lee",),
    "i": ("Mette Marie Hansen",),
    "s": ("Łukasz Weiß",),
}


@pytest.fixture(scope="module")
def shelf() -> Catalogue:
    return Catalogue.of(Paper(name, f"Paper {name}", "Text.", authors) for name, authors in HELD.items())


@pytest.mark.parametrize(
    ("author", "found"),
    [
        ("Ostergard", "o"),
        ("Oestergaard", "o"),
        ("ØSTERGÅRD", "o"),
        ("L. Ostergard", "o"),
        ("Mueller", "m"),
        ("Muller", "m"),
        ("Müller, Karl", "m"),
        ("Lopez", "l"),
        ("López García", "l"),
        ("Garcia-Lopez", ""),
        ("Berg", "b"),
        ("van der Berg", "b"),
        ("A. van der Berg", "b"),
        ("Anna Berg", "b"),
        ("Roy A", "r"),
        ("Roy, A.", "r"),
        ("A Roy", "r"),
        ("Roy B", ""),
        ("Asha Clark", ""),
        ("ONeil", "n"),
        ("O'Neil", "n"),
        ("CERN", "c"),
        ("cern group", "c"),
        ("Group", ""),
        ("King", "k"),
        ("Martin King Jr", "k"),
        ("王小明", "w"),
        ("王", "w"),
        ("Prado", "g"),
        ("Hansen", "i"),
        ("Hansen-Lee", "h"),
        ("Lee", "h"),
        ("Hansen MM", "i"),
        ("M. Hansen", "i"),
        ("Marie Hansen", ""),
        ("Lukasz Weiss", "s"),
        ("der", ""),
        ("", "".join(HELD)),
    ],
)
def test_an_author_is_found_by_what_is_typed(shelf: Catalogue, author: str, found: str) -> None:
    assert "".join(one for one in HELD if one in shelf.records.ledger.chosen(Where(author=author))) == found


def test_the_spellings_of_a_name() -> None:
    assert keys("Ångström") == {"angstrom", "aangstroem"}
    assert keys("D’Arcy-Smith") == {"darcy smith"}
    assert keys(" - ") == frozenset()


def test_what_a_family_name_is_called_in_short() -> None:
    assert parts("van der Berg") == {"berg"}
    assert parts("López-García") == {"lopez", "garcia"}
    assert parts("The Otter Group") == {"otter"}
    assert parts("Roy") == frozenset()


def test_given_names_and_initials_have_to_fit() -> None:
    assert is_named("asha k. roy", "Roy, A. K.")
    assert is_named("asha k. roy", "Asha Roy")
    assert not is_named("asha k. roy", "Roy, K.")
    assert not is_named("a. roy", "Asha Roy")
    assert not is_named("roy", "Asha Roy")
