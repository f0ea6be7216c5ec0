"""The look's arithmetic: contrast, weight, layers."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from config.styles import SHEETS, style_sheets

CSS = Path(settings.BASE_DIR) / "static/css"
# Linked by what they are for alone.
APART = ("admin.css", "map.css")
FILES = sorted(path for path in CSS.rglob("*.css") if path.name not in APART)
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (CSS / "tokens.css").read_text()
    )
}
GROUNDS = ("ground", "raised", "accent-ground")


@pytest.mark.parametrize(("text", "ground"), list(product(("ink", "muted", "accent", "good"), GROUNDS)))
def test_every_text_is_readable_on_every_ground_by_day_and_night(text: str, ground: str) -> None:
    for theme in (0, 1):
        assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edge_of_a_control_is_seen_on_every_ground(ground: str) -> None:
    for theme in (0, 1):
        assert contrast(TOKENS["edge"][theme], TOKENS[ground][theme]) >= 3


def test_the_browsers_own_frame_has_the_colour_of_the_ground() -> None:
    html = (Path(settings.BASE_DIR) / "templates/base.html").read_text()
    assert tuple(re.findall(r'name="theme-color"[^>]*content="(#\w+)"', html)) == TOKENS["ground"]


def test_the_style_weighs_little_and_imports_nothing() -> None:
    texts = [path.read_text() for path in FILES]
    # As written; joined and compressed a reader is sent a quarter of it (tests/browser/test_weight.py).
    assert sum(len(text.encode()) for text in texts) < 38_000
    assert not any("@import" in text or "url(" in text for text in texts)


@pytest.mark.parametrize("theme", ["theme-1", "theme-2", "theme-3", "theme-4"])
def test_a_maps_marks_are_seen_by_day_and_night(theme: str) -> None:
    for by_day_or_night in (0, 1):
        assert contrast(TOKENS[theme][by_day_or_night], TOKENS["ground"][by_day_or_night]) >= 4.5


@pytest.mark.parametrize("path", [*FILES, CSS / "map.css"], ids=lambda path: str(path.relative_to(CSS)))
def test_a_rule_stands_in_a_layer_and_takes_its_colours_from_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    outside = re.sub(r"@layer [\w, ]+;", "", text)
    assert re.fullmatch(r"\s*(@layer \w+ \{.*?\n\}\s*)+", outside, flags=re.DOTALL)
    if path.name not in ("tokens.css", "print.css"):
        # A figure keeps the white of the page that it was cut from.
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) <= {"#fff"}


def test_every_file_is_linked_once() -> None:
    assert sorted(name for name, _ in SHEETS) == [f"css/{path.relative_to(CSS)}" for path in FILES]
    assert SHEETS[0][0] == "css/tokens.css"
    assert re.findall(r'href="/static/([\w/]+\.css)"', style_sheets()) == [name for name, _ in SHEETS]


def test_production_sends_all_sheets_as_one(tmp_path: Path) -> None:
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "config.styles.JoinedStaticFilesStorage"}}
    # Our own files alone: test_weight.py collects those of all libraries.
    finders = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, STATICFILES_FINDERS=finders):
        # A second time over the first, as after an update.
        for _ in range(2):
            call_command("collectstatic", interactive=False, verbosity=0)
        links = re.findall(r'href="/static/(css/broadsheet\.\w+\.css)"', style_sheets())
    assert len(links) == 1
    joined = (tmp_path / links[0]).read_text()
    for path in FILES:
        assert path.read_text() in joined, path
    assert joined.index((CSS / "tokens.css").read_text()) == 0
    assert "@media print {\n" + (CSS / "print.css").read_text() + "}" in joined
    assert (tmp_path / f"{links[0]}.br").exists()


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
