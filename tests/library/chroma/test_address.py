"""Where a library lives: folders, addresses, and what is half an address."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.papers import ROOT

from assistant.core.errors import SettingsError
from assistant.core.settings import library_path
from assistant.library.chroma.address import Address, place_of


@pytest.mark.parametrize(
    ("given", "server", "name"),
    [
        ("http://host:8000/my-papers", "http://host:8000", "my-papers"),
        ("HTTPS://Host/a.b_c/", "https://host", "a.b_c"),
        ("http://[::1]:9/x", "http://[::1]:9", "x"),
    ],
)
def test_an_address_has_one_form(given: str, server: str, name: str) -> None:
    place = place_of(given)
    assert place == Address(server, name)
    assert place_of(str(place)) == place


def test_an_address_may_name_tenant_and_database() -> None:
    place = place_of("https://API.trychroma.com/2f0e-11/papers/sleep/")
    assert place == Address("https://api.trychroma.com", "sleep", "2f0e-11", "papers")
    assert str(place) == "https://api.trychroma.com/2f0e-11/papers/sleep"
    assert place_of(str(place)) == place
    assert place.is_rented
    # Those that a server has where nobody made others are left out.
    short = place_of("http://host:8000/default_tenant/default_database/x")
    assert str(short) == "http://host:8000/x"
    assert isinstance(short, Address)
    assert not short.is_rented


def test_two_parts_are_told_with_both_forms() -> None:
    with pytest.raises(
        SettingsError,
        match="two parts, 'papers' and 'sleep': write https://HOST:PORT/NAME, or https://HOST:PORT/TENANT/DATABASE/NAME",
    ):
        place_of("https://api.trychroma.com/papers/sleep")


def test_all_else_is_a_folder() -> None:
    assert place_of(None) == place_of("") == library_path()
    assert place_of("my-papers") == place_of(Path("my-papers")) == Path("my-papers")


@pytest.mark.parametrize(
    "given",
    [
        "http://host:8000",
        "http://host:8000/a/b",
        "http://host:8000/a/b/c/d",
        "http://host:8000/a//c",
        "http://host:8000/a/b c/d",
        f"http://host:8000/{'n' * 120}",
        "http://host/a b",
        "http:///x",
        "http://host/x?y=1",
        "http://host:99999/x",
        "http://[::1/x",
    ],
)
def test_half_an_address_is_told_with_its_form(given: str) -> None:
    with pytest.raises(SettingsError, match="HOST:PORT/NAME"):
        place_of(given)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="CHROMA_API_KEY") as told:
        place_of("http://ada:geheim@host:8000/x")
    assert "geheim" not in str(told.value)
    assert "ada" not in str(told.value)


def test_the_shipped_services_name_a_library_that_can_be_opened() -> None:
    services = yaml.safe_load((ROOT / "docs" / "docker-compose.yml").read_text())["services"]
    place = place_of(services["chat"]["environment"]["ASSISTANT_LIBRARY"])
    assert isinstance(place, Address)
    assert place.server == "http://chroma:8000"
    assert services["chroma"]["command"].endswith("--port 8000")


def test_each_library_has_a_cache_of_its_own() -> None:
    caches = {
        Address(server, name, *within).cache
        for server in ("http://a", "http://a:81", "https://a")
        for name in "xy"
        for within in ((), ("t", "d"), ("t", "e"))
    }
    assert len(caches) == 18
