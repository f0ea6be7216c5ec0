"""What a map's groups are called: by terms of their own, as they are printed."""

from __future__ import annotations

import pytest

from papers.search.common_words import SECOND_WORDS
from papers.search.layout import lay_out
from papers.search.terms import Vocabulary, is_adjective, same_subject, word_key
from papers.search.themes import find_themes, theme_count
from tests.papers.maps.themes import FIELDS, field_vectors


def keys(title: str, abstract: str = "") -> set[str]:
    return set(Vocabulary().weights(title, abstract))


def printed(key: str, *texts: tuple[str, str]) -> str:
    vocabulary = Vocabulary()
    for title, abstract in texts:
        vocabulary.weights(title, abstract)
    return vocabulary.printed(key)


def test_each_field_is_named_by_its_own_terms_and_none_twice() -> None:
    vectors = field_vectors(6)
    texts = [(f"Notes on {name}", abstract) for name, (_, abstract) in FIELDS.items() for _ in range(6)]
    themes = find_themes(vectors, lay_out(vectors), texts)
    assert sorted(theme.members[0] // 6 for theme in themes) == [0, 1, 2]
    for theme in themes:
        field = list(FIELDS)[theme.members[0] // 6]
        assert {member // 6 for member in theme.members} == {theme.members[0] // 6}
        assert theme.terms[0] == field
    terms = [term for theme in themes for term in theme.terms]
    assert len(terms) == len(set(terms))


def test_a_term_of_two_themes_names_one_of_them() -> None:
    vectors = field_vectors(7, fields=5)
    titles = ["River deltas", "River deltas", "Gulls", "Sourdough", "Storks"]
    themes = find_themes(vectors, lay_out(vectors), [(title, "") for title in titles for _ in range(7)])
    terms = [term for theme in themes for term in theme.terms]
    assert terms.count("river deltas") == 1
    assert len(terms) == len(set(terms))


def test_what_every_paper_says_names_nothing() -> None:
    vectors = field_vectors(6)
    texts = [(name, f"Harbour. {abstract}") for name, (_, abstract) in FIELDS.items() for _ in range(6)]
    themes = find_themes(vectors, lay_out(vectors), texts)
    assert not any("harbour" in term.lower().split() for theme in themes for term in theme.terms)


def test_papers_without_words_have_themes_without_names() -> None:
    vectors = field_vectors(6)
    themes = find_themes(vectors, lay_out(vectors), [("$x$", "")] * 18)
    assert sorted(member for theme in themes for member in theme.members) == list(range(18))
    assert {theme.terms for theme in themes} == {()}


def test_themes_go_from_left_to_right() -> None:
    vectors = field_vectors(6)
    places = lay_out(vectors)
    themes = find_themes(vectors, places, [("Bird migration", "")] * 18)
    middles = [places[list(theme.members), 0].mean() for theme in themes]
    assert middles == sorted(middles)


def names_of(*fields: list[str]) -> list[tuple[str, ...]]:
    """The names of five fields of nine papers with these titles, in the order of the fields."""
    vectors = field_vectors(9, fields=5)
    themes = find_themes(vectors, lay_out(vectors), [(title, "") for titles in fields for title in titles])
    assert [len(theme.members) for theme in themes] == [9] * 5
    return [theme.terms for theme in sorted(themes, key=lambda theme: min(theme.members))]


OTHERS = [["Gulls"] * 9, ["Bread"] * 9, ["Castles"] * 9, ["Rivers"] * 9]
SOUNDS = ["Zither", "Oboe", "Viola", "Cello", "Lute", "Harp", "Fife", "Drum", "Gong"]


def test_a_word_that_two_of_many_papers_share_names_nothing_and_a_phrase_does() -> None:
    assert names_of([*SOUNDS[:6], "Copula", "Copula", "Copula"], *OTHERS)[0] == ("copula",)
    assert names_of([*SOUNDS[:5], "Copula", "Copula", "Reed organs", "Reed organs"], *OTHERS)[0] == ("reed organs",)


def test_a_theme_without_a_term_of_its_own_has_no_name() -> None:
    assert names_of(SOUNDS, *OTHERS)[0] == ()
    # A little more often than others is chance.
    others = [[f"{title} and storks" for title in titles[:2]] + titles[2:] for titles in OTHERS]
    assert names_of([f"{name} and storks" for name in SOUNDS[:3]] + SOUNDS[3:], *others)[0] == ()


def test_what_half_of_the_other_papers_say_names_no_theme() -> None:
    names = names_of(["Storks"] * 9, ["Storks and gulls"] * 9, ["Storks and bread"] * 9, *OTHERS[2:])
    assert names == [(), ("gulls",), ("bread",), ("castles",), ("rivers",)]


def test_no_part_of_one_themes_term_names_another() -> None:
    names = names_of(["Bird migration"] * 9, [f"Birds, {name}" for name in SOUNDS], *OTHERS[1:])
    assert names[:2] == [("bird migration",), ()]
    names = names_of(["Reinforcement learning"] * 9, [f"RL, {name}" for name in SOUNDS], *OTHERS[1:])
    assert names[:2] == [("reinforcement learning",), ()]


def test_a_word_that_names_nothing_alone_is_kept_as_it_is_looked_up() -> None:
    # Else it would be looked up in vain.
    assert {word for word in SECOND_WORDS if word_key(word) != word} == set()


@pytest.mark.parametrize(("papers", "themes"), [(8, 2), (30, 4), (100, 8), (300, 12), (1000, 12)])
def test_more_papers_have_more_themes(papers: int, themes: int) -> None:
    assert theme_count(papers) == themes


def test_terms_are_words_in_a_row_and_stop_at_what_names_nothing() -> None:
    found = keys("Bird migration for the harbour")
    assert found == {"bird", "migration", "bird migration", "harbour"}


def test_formulas_and_commands_are_no_terms() -> None:
    assert keys(r"On $\alpha$-stable \emph{storks} and \cite{gull2020} \(x+y\)") == {"stable", "stork", "stable stork"}


def test_a_general_word_names_something_only_after_another() -> None:
    assert keys("Diffusion model") == {"diffusion", "diffusion model"}


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Models", "model"),
        ("galaxies", "galaxy"),
        ("LLMs", "llm"),
        ("bus", "bus"),
        ("biases", "bias"),
        ("bias", "bias"),
        ("matrices", "matrix"),
        ("glass", "glass"),
    ],
)
def test_cases_and_numbers_of_a_word_are_one(word: str, key: str) -> None:
    assert word_key(word) == key


def test_a_term_is_printed_as_it_mostly_stands_in_sentences() -> None:
    assert printed("bird migration", ("Bird Migration", "We study bird migration."), ("Bird Migrations", "")) == (
        "bird migration"
    )
    assert printed("llm", ("LLMs At Sea", "Some LLMs drown, other LLMs swim."), ("An LLM", "")) == "LLMs"


def test_a_capital_at_the_beginning_of_a_sentence_says_nothing() -> None:
    assert printed("stork", ("", "Storks fly. Storks sleep. We like storks.")) == "storks"


def test_a_term_of_titles_alone_loses_the_capitals_of_titles_alone() -> None:
    assert printed("bird migration", ("Bird Migration", "")) == "bird migration"
    assert printed("llava bird", ("LLaVA Birds", "")) == "LLaVA birds"


def test_initials_and_shared_words_are_the_same_subject() -> None:
    assert same_subject("reinforcement learning", "rl")
    assert same_subject("retrieval-augmented generation", "rag")
    assert same_subject("bird migration", "bird ringing")
    assert same_subject("forecast", "forecasting")
    assert same_subject("noise", "noisy")
    assert same_subject("LLM".lower(), "language model")
    assert not same_subject("bird migration", "sourdough bread")
    assert not same_subject("gas", "gasoline")


def test_an_adjective_waits_for_its_noun() -> None:
    assert is_adjective("autoregressive")
    assert is_adjective("on-policy")
    assert is_adjective("dynamical quantum")
    assert not is_adjective("quantum")
    assert not is_adjective("retrieval")
    assert not is_adjective("migration")
