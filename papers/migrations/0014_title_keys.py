"""Titles are compared anew: without blanks and articles, in one spelling, with signs by their names.

The rule as it was when this was written, so that the rows agree with the code whatever becomes of it later.
"""

import re
import unicodedata

from django.db import migrations

BATCH = 2_000
SHAPE = re.compile(r"\\(?:emph|text[a-z]{0,6}|math[a-z]{1,4}|operatorname|bf|it|rm|sc|sf|tt|em)(?![A-Za-z])")
MATHEMATICS = re.compile(r"\$([^$]*)\$")
# A printed sign and TeX's name for it are one: α is \\alpha, also where its command is a variant.
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
SIGNS = {
    "→": "to", "×": "times", "±": "pm", "∞": "infty", "≤": "leq", "≥": "geq", "∈": "in", "∼": "sim",
    "⊙": "odot", "☉": "odot", "ℓ": "ell",
}  # fmt: skip
VARIANT = re.compile(r"\bvar(?=epsilon|theta|rho|sigma|phi|pi|kappa)|\brightarrow\b")
# Letters that no decomposition makes plain.
LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
PLAIN = str.maketrans(LETTERS | {sign: f" {name} " for sign, name in (GREEK | SIGNS).items()})
ARTICLES = frozenset(("a", "an", "the"))
# "(v2)" names a revision; a bare "v2" is part of many a system's name.
REVISION = re.compile(r"^v\d{1,2}:\s+|\s*[(\[](?:v|version\s+)\d{1,2}[)\]]\s*$", re.IGNORECASE)
# British into American, by stems alone: no rule of letters tells "colour" from "four".
SPELLING = re.compile(
    r"(?P<our>\b(?:behavi|col|fav|flav|harb|hon|lab|neighb|rum|tum|vap)ou(?=r))"
    r"|(?P<ise>\b(?:anonym|categor|character|custom|discret|factor|general|initial|item|linear|local|maxim|minim|modern"
    r"|normal|optim|organ|parametr|parameter|penal|personal|polar|priorit|quant|random|real|recogn|regular|sanit|special"
    r"|stabil|standard|summar|symmetr|synchron|synthes|token|util|vector|visual)is)(?=e[ds]?\b|er|ing|ation|abl)"
    r"|(?P<twice>\b(?:mode|labe|signa|channe|trave|cance)ll)(?=ing|ed|er)"
    r"|(?P<re>\b(?:cent|fib|theat|lit|met)re)(?=s?\b)|\banaly(?P<yse>s)(?=e[ds]?\b|ing)"
)


def words_of(title):
    bare = REVISION.sub("", title.strip())
    if "$" in bare:
        # CO$_2$ is CO2, and $x^{2}$ is x².
        bare = MATHEMATICS.sub(lambda match: re.sub(r"[\^_{}]", "", SHAPE.sub("", match[1])), bare)
    if "\\" in bare:
        bare = re.sub(r"\\([A-Za-z]+)", r" \1 ", SHAPE.sub(" ", bare))
        bare = VARIANT.sub(lambda match: "to" if match[0] == "rightarrow" else "", bare)
    bare = bare.casefold()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
        # Twice, since some signs are styled letters only until they are decomposed.
        bare = bare.casefold().translate(PLAIN)
    bare = SPELLING.sub(american, bare)
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\w)['’](?=s\b)", "", bare))
    return [word for word in words if word not in ARTICLES] or words


def american(match):
    found, kind = match[0], match.lastgroup
    if kind == "our":
        return found[:-1]
    if kind in ("ise", "yse"):
        return found[:-1] + "z"
    return found[:-2] + "er" if kind == "re" else found[:-1]


def key_of(words):
    # Without blanks, so that "pre-training", "pre training" and "pretraining" agree; two numbers stay two.
    return re.sub(r"(?<=\d)\x00(?=\d)", " ", "\x00".join(words)).replace("\x00", "")[:300]


def write_keys(apps, schema_editor):
    """In batches along the primary key; a row that has its key already is left, so it can be run again."""
    records, papers = apps.get_model("papers", "SourceRecord").objects, apps.get_model("papers", "Paper").objects
    last = 0
    while rows := list(records.filter(pk__gt=last).order_by("pk").only("title_key", "facts", "paper_id")[:BATCH]):
        last = rows[-1].pk
        untitled = [row.paper_id for row in rows if not row.facts.get("title")]
        titles = dict(papers.filter(pk__in=untitled).values_list("pk", "title"))
        changed = []
        for row in rows:
            # The title of a source that was asked by an identifier finds no paper.
            asked = "asked" in row.facts
            key = "" if asked else key_of(words_of(row.facts.get("title") or titles[row.paper_id]))
            if key != row.title_key:
                row.title_key = key
                changed.append(row)
        records.bulk_update(changed, ["title_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("papers", "0013_curators_and_duplicates")]
    # Backwards there is nothing to do: the earlier code writes its keys as the records come again.
    operations = [migrations.RunPython(write_keys, migrations.RunPython.noop)]
