"""Search: what a paper's words are, a document beside each listed paper, and how common each word is."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Signs become blanks, since PostgreSQL would take and/or for a file and e.g.this for a host. Hyphens go as well: the
# parts are words, and broadsheet_joined adds what they make together. Formulas keep what one would type: \alpha and
# its letter are "alpha", H$_2$O is "H2O", and macros for the shape of letters are dropped.
WORDS = r"""
CREATE FUNCTION broadsheet_greek(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN $1 !~ '[Α-Ωα-ω]' THEN $1 ELSE
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(lower($1),
    'α', ' alpha '), 'β', ' beta '), 'γ', ' gamma '), 'δ', ' delta '), 'ε', ' epsilon '), 'ζ', ' zeta '),
    'η', ' eta '), 'θ', ' theta '), 'ι', ' iota '), 'κ', ' kappa '), 'λ', ' lambda '), 'μ', ' mu '),
    'ν', ' nu '), 'ξ', ' xi '), 'ο', ' omicron '), 'π', ' pi '), 'ρ', ' rho '), 'σ', ' sigma '),
    'τ', ' tau '), 'υ', ' upsilon '), 'φ', ' phi '), 'χ', ' chi '), 'ψ', ' psi '), 'ω', ' omega ')
END;

CREATE FUNCTION broadsheet_formulas(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN strpos($1, '\') = 0 AND strpos($1, '$') = 0 THEN $1 ELSE
    regexp_replace(
        regexp_replace(
            $1,
            '\\(?:math[a-z]{1,4}|text[a-z]{0,6}|operatorname|emph|left|right|bf|it|rm|em|sc|tt)(?![A-Za-z])',
            ' ', 'g'
        ),
        '\$?[_^]\{?([0-9]+)\}?\$?', '\1', 'g'
    )
END;

CREATE FUNCTION broadsheet_words(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    replace(replace(replace(
        broadsheet_unaccent(broadsheet_greek(broadsheet_formulas($1))),
        'C++', 'cplusplus'), 'c++', 'cplusplus'), 'C#', 'csharp'),
    E'/.\\{}$^_-@:&<>~+=|#%''*()[],;"',
    '                              '
);

CREATE FUNCTION broadsheet_joined(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN strpos($1, '-') = 0 THEN '' ELSE coalesce(
    (SELECT string_agg(replace(found[1], '-', ''), ' ') FROM regexp_matches($1, '(\w+(?:-\w+)+)', 'g') AS found), ''
) END;
"""
WITHOUT_WORDS = """
DROP FUNCTION broadsheet_joined(text);
DROP FUNCTION broadsheet_words(text);
DROP FUNCTION broadsheet_formulas(text);
DROP FUNCTION broadsheet_greek(text);
"""

# The title counts three times (A), then authors as printed (B), abstract (C), and what hyphens join (D). A word that
# stands in the title, or thrice in the abstract, is there once more behind a "^": that is how the papers in which a
# common word matters are found without reading all that hold it. A gap keeps the
# title's end from standing beside its beginning. Lengths are in words, authors and joined ones apart.
DOCUMENT = r"""
CREATE FUNCTION broadsheet_search_document(
    title text, authors text, abstract text, OUT document tsvector, OUT length real
) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        body.text
            || setweight(to_tsvector('simple', broadsheet_words(left(authors, 100000))), 'B')
            || setweight(
                to_tsvector(
                    'english',
                    broadsheet_words(broadsheet_joined(left(title, 10000) || ' ' || left(abstract, 100000)))
                ),
                'D'
            )
            || coalesce(array_to_tsvector(counted.weighty), ''),
        coalesce(counted.words, 0)
    FROM
        (SELECT
            setweight(to_tsvector('english', broadsheet_words(left(title, 10000))), 'A') AS heading,
            setweight(to_tsvector('english', broadsheet_words(left(abstract, 100000))), 'C') AS prose
        ) AS part,
        LATERAL (
            SELECT ts_delete(
                part.heading || gap || part.heading || gap || part.heading || gap || part.prose, '^'
            ) AS text
            FROM (VALUES ('''^'':9'::tsvector)) AS apart (gap)
        ) AS body,
        LATERAL (
            SELECT
                array_agg('^' || lexeme) FILTER (WHERE cardinality(positions) >= 3) AS weighty,
                sum(cardinality(positions)) AS words
            FROM unnest(body.text)
        ) AS counted;
END;
"""

# Kept by the database, so that whoever writes a paper can't forget it. Only listed papers have a row: what is hidden
# or pending is not there to be found. Apart from the paper, since a vote would otherwise write it all again.
TRIGGERS = """
CREATE FUNCTION broadsheet_index_new_papers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO papers_papersearch (paper_id, document, length)
    SELECT paper.id, made.document, made.length
    FROM inserted AS paper, broadsheet_search_document(paper.title, paper.authors_text, paper.abstract) AS made
    WHERE paper.state = 'listed'
    ON CONFLICT (paper_id) DO UPDATE SET document = excluded.document, length = excluded.length;
    RETURN NULL;
END $$;

CREATE FUNCTION broadsheet_index_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'listed' THEN
        INSERT INTO papers_papersearch (paper_id, document, length)
        SELECT NEW.id, made.document, made.length
        FROM broadsheet_search_document(NEW.title, NEW.authors_text, NEW.abstract) AS made
        ON CONFLICT (paper_id) DO UPDATE SET document = excluded.document, length = excluded.length;
    ELSE
        DELETE FROM papers_papersearch WHERE paper_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER paper_search_new AFTER INSERT ON papers_paper
REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION broadsheet_index_new_papers();

CREATE TRIGGER paper_search_changed AFTER UPDATE OF title, authors_text, abstract, state ON papers_paper
FOR EACH ROW WHEN (
    (OLD.title, OLD.authors_text, OLD.abstract, OLD.state)
    IS DISTINCT FROM (NEW.title, NEW.authors_text, NEW.abstract, NEW.state)
) EXECUTE FUNCTION broadsheet_index_paper();
"""
WITHOUT_TRIGGERS = """
DROP TRIGGER paper_search_changed ON papers_paper;
DROP TRIGGER paper_search_new ON papers_paper;
DROP FUNCTION broadsheet_index_paper();
DROP FUNCTION broadsheet_index_new_papers();
DROP FUNCTION broadsheet_search_document(text, text, text);
"""

# Documents lie uncompressed beside their ids: scoring reads tens of thousands of them, and unpacking would cost more
# than all else.
STORAGE = """
ALTER TABLE papers_papersearch ALTER document SET STORAGE EXTERNAL;
ALTER TABLE papers_papersearch SET (toast_tuple_target = 8160);
"""
FILL = """
INSERT INTO papers_papersearch (paper_id, document, length)
SELECT paper.id, made.document, made.length
FROM papers_paper AS paper, broadsheet_search_document(paper.title, paper.authors_text, paper.abstract) AS made
WHERE paper.state = 'listed'
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0019_submissions_for_curators")]
    operations = [
        migrations.CreateModel(
            name="PaperSearch",
            fields=[
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="papers.paper",
                    ),
                ),
                ("document", django.contrib.postgres.search.SearchVectorField()),
                ("length", models.FloatField(
                        db_default=0, help_text="In words; those of the title count three times."
                    )),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["document"], name="paper_search_words"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchLexeme",
            fields=[
                ("lexeme", models.TextField(primary_key=True, serialize=False)),
                ("papers", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False)),
                ("papers", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("word"), name="gin_trgm_ops"),
                        name="search_word_trigram",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchStatistics",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("papers", models.PositiveIntegerField()),
                ("average_length", models.FloatField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "search statistics",
            },
        ),
        migrations.AddIndex(
            model_name="author",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("slug"), name="gin_trgm_ops"),
                name="author_slug_trigram",
            ),
        ),
        migrations.RunSQL(WORDS, WITHOUT_WORDS),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(DOCUMENT + TRIGGERS, WITHOUT_TRIGGERS),
        # Papers that were there before; in this file, since no search should ever run without them.
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
