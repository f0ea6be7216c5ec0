"""The rules that the code keeps by itself: a rule that a test keeps stays kept."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "papers")
CODE = [
    path
    for folder in (*APPS, "config", "templates", "static", "tests")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".html", ".css", ".js") and "migrations" not in path.parts
]
MODULES = [path for path in CODE if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in APPS]
TEMPLATES = [path for path in CODE if path.suffix == ".html"]
LOCKS = sorted(ROOT.glob("requirements*.txt"))

# Imports point down this list, or stay on their line. What no line names is pure: the lowest layer of all.
LAYERS = [
    # Answers to a request or a command line, and what measures them.
    [
        "management",
        "admin",
        "feeds",
        "api",
        "views",
        "urls",
        "pending",
        "context",
        "appearance",
        "adapter",
        "benchmarks",
    ],
    # What wraps every view; the adapter, asked by allauth's, knows what it keeps in the session.
    ["middleware"],
    # Accounts' mail and its one job know each other: what is written is enqueued, what is queued is read.
    ["forms", "widgets", "filters", "tasks", "mail", "providers"],
    # Provenance asks the sources what their fields are called.
    ["ingest", "search", "services", "provenance", "enqueuing"],
    ["models"],
    # Keyset pages are a way to cut a queryset.
    ["querysets", "paging"],
]
PURE = len(LAYERS)
# A template tag is one line over a tested pure function, so Django's registry is all that it needs beside; an address
# or a row is a function of its facts alone, though templates and URL patterns are read from files.
PURE_MAY_IMPORT = (
    "django.utils.html",
    "django.utils.safestring",
    "django.core.validators",
    "django.template",
    "django.urls",
    "django.apps",
)
FRAMEWORKS = (
    *("django", "allauth", "procrastinate", "csp", "django_filters", "django_htmx", "ninja", "pydantic", "psycopg"),
    "requests",
)
CLOCK = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic)|timezone\.(now|localdate))\(")


@dataclass(frozen=True)
class Import:
    module: str
    line: int


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[Import]:
    """What a module imports when it runs, inside its functions too; annotations alone bind nothing."""
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by dots; write the whole name"
            # `from papers import views` means the module papers.views.
            yield from (Import(f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))


def layer_of(module: str) -> int:
    """The number of a module's layer, 0 the highest; `module` is accounts.… or papers.…."""
    part = module.split(".")[1] if "." in module else ""
    return next((number for number, names in enumerate(LAYERS) if part in names), PURE)


def in_package(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def wrong(path: Path, found: Import, why: str) -> str:
    return f"{path.relative_to(ROOT)}:{found.line} imports {found.module}: {why}"


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_down() -> None:
    problems = [
        wrong(path, found, "that points back up")
        for path in MODULES
        for found in imports(path)
        if in_package(found.module, *APPS) and layer_of(found.module) < layer_of(name_of(path))
    ]
    assert problems == []


def test_accounts_know_nothing_of_papers() -> None:
    problems = [
        wrong(path, found, "papers may import accounts, never the reverse")
        for path in MODULES
        for found in imports(path)
        if in_package(name_of(path), "accounts") and in_package(found.module, "papers")
    ]
    assert problems == []


def test_apps_import_nothing_of_config_but_its_htmx_helpers() -> None:
    problems = [
        wrong(path, found, "an app takes settings from django.conf")
        for path in MODULES
        for found in imports(path)
        if in_package(found.module, "config") and not in_package(found.module, "config.htmx")
    ]
    assert problems == []


def test_code_imports_no_tests() -> None:
    code = [path for path in CODE if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"]
    assert [
        wrong(path, found, "") for path in code for found in imports(path) if in_package(found.module, "tests")
    ] == []


def test_pure_modules_know_no_database_no_request_and_no_clock() -> None:
    problems = []
    for path in MODULES:
        if layer_of(name_of(path)) != PURE:
            continue
        problems += [
            wrong(path, found, "a pure module needs none of it; else give it a layer in this test")
            for found in imports(path)
            if in_package(found.module, *FRAMEWORKS) and not in_package(found.module, *PURE_MAY_IMPORT)
        ]
        if clock := CLOCK.search(path.read_text()):
            problems.append(f"{relative(path)} reads the clock: {clock[0]}…)")
    assert problems == []


def test_sources_fetch_and_parse_and_never_save() -> None:
    problems = [
        wrong(path, found, "a source gives records; the writer saves them")
        for path in MODULES
        for found in imports(path)
        if in_package(name_of(path), "papers.ingest.sources", "papers.ingest.records")
        and in_package(found.module, "django.db", "papers.models", "papers.querysets", "papers.services")
    ]
    assert problems == []


def test_there_is_no_third_app() -> None:
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    assert ours == set(APPS)
    assert {path.parent.name for path in ROOT.glob("*/apps.py")} == set(APPS)


def test_files_are_named_for_what_is_in_them() -> None:
    vague = {"utils.py", "helpers.py", "managers.py"}
    assert [relative(path) for path in CODE if path.name in vague] == []
    # Django's signals are meant; config has to do with those of a process, and says so in its file's name.
    assert [relative(path) for path in MODULES if path.name == "signals.py"] == []


@pytest.mark.parametrize(("suffix", "most"), [(".py", 400), (".html", 400), (".css", 400), (".js", 150)])
def test_no_file_has_outgrown_its_room(suffix: str, most: int) -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in CODE if path.suffix == suffix}
    assert lengths
    assert {path: length for path, length in lengths.items() if length > most} == {}


# Something for every name that an address holds; whether it exists does not matter.
SAMPLES = {"public_id": "2512.00001", "code": "2025-12-25", "slug": "ada-byron", "number": "1", "name": "rosalind"}


def our_addresses() -> Iterator[str]:
    """Every address of ours: all but Django admin's and allauth's."""
    waiting: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, URLResolver):
            if str(pattern.pattern) not in ("admin/", "accounts/"):
                waiting.extend(pattern.url_patterns)
        elif pattern.name:
            yield reverse(pattern.name, kwargs={name: SAMPLES[name] for name in pattern.pattern.regex.groupindex})
        else:
            assert pattern.callback.__name__ == "without_slash", f"{pattern} has no name"
            yield "/categories/"


@pytest.mark.parametrize("method", ["DELETE", "TRACE"])
@pytest.mark.parametrize("address", sorted(our_addresses()))
def test_an_address_refuses_methods_that_it_does_not_serve(client: Client, address: str, method: str) -> None:
    assert client.generic(method, address).status_code == 405
    # And the view itself, since the middleware in front of it would hide one that takes anything.
    view = resolve(address)
    assert view.func(RequestFactory().generic(method, address), *view.args, **view.kwargs).status_code == 405


class InlineCode(HTMLParser):
    """Collects what the content security policy would forbid, or what would need eval."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self._report(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on", "hx-vars")):
                self._report(f"{name}=")
            if (value or "").strip().startswith(("javascript:", "js:")):
                self._report(f'{name}="{value}"')

    def _report(self, what: str) -> None:
        self.found.append(f"line {self.getpos()[0]}: {what}")


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    parser = InlineCode()
    # Django's own tags may look like attributes ("only=1"); lines keep their numbers.
    parser.feed(re.sub(r"\{[{%#].*?[#%}]\}", "", path.read_text()))
    assert parser.found == []


@pytest.mark.parametrize("path", LOCKS, ids=relative)
def test_the_lock_names_no_machine_and_no_registry(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if re.search(r"://|\bindex|(^|\s)[/~]|file:| @ ", line)]
    assert lines == []
    pinned = [line for line in path.read_text().splitlines() if re.match(r"[a-z0-9]", line)]
    assert pinned
    assert [line for line in pinned if "==" not in line] == []
    assert path.read_text().count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize(("path", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])])
def test_the_lock_pins_what_is_asked_for(path: str, groups: list[str]) -> None:
    """Without asking a registry: each wish has a pin that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wishes = [
        *project["project"]["dependencies"],
        *(wish for name in groups for wish in project["dependency-groups"][name]),
    ]
    pins = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (ROOT / path).read_text(), re.MULTILINE))
    requirements = [Requirement(wish) for wish in wishes]
    unmet = [
        str(wish)
        for wish in requirements
        if not wish.specifier.contains(pins.get(canonicalize_name(wish.name), "0"), prereleases=True)
        or canonicalize_name(wish.name) not in pins
    ]
    assert unmet == []


def test_both_locks_pin_the_same() -> None:
    running, developing = ((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    pins = re.findall(r"^[\w.-]+.*==.*$", running, re.MULTILINE)
    assert pins
    assert [pin for pin in pins if pin not in developing] == []


def test_the_repository_names_no_home_of_anybody() -> None:
    named = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml", ".ci/run")
    texts = [*CODE, *ROOT.glob("docs/*.md"), *(ROOT / name for name in named if (ROOT / name).exists())]
    homes = re.compile(r"/(home|Users)/\w+|/root/\w+|[A-Z]:\\Users")
    assert [relative(path) for path in texts if homes.search(path.read_text()) and path != Path(__file__)] == []
