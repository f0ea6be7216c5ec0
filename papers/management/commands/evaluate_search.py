"""manage.py evaluate_search: how good search is, on a judged test collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from papers.search.embedder import EmbedderUnavailable
from papers.search.evaluation import BadCollection, evaluate, quality, read_collection


class Command(BaseCommand):
    help = (
        "Run a test collection (a folder of corpus.jsonl, queries.jsonl and qrels.tsv) through the portal's own "
        "search, in a scratch schema that is gone afterwards, and print nDCG@10, Recall@100 and MRR@10."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("collection", type=Path)
        parser.add_argument("--words", action="store_true", help="by words alone, without embedding anything")
        parser.add_argument("--output", type=Path, metavar="FILE", help="query, document and score, a hit a line")

    def handle(self, *args: Any, collection: Path, words: bool, output: Path | None, **options: Any) -> None:
        def report(text: str) -> None:
            if options["verbosity"]:
                self.stderr.write(text)

        try:
            read = read_collection(collection)
            # The schema copies the portal's tables, which a clone that was never started has not.
            call_command("migrate", interactive=False, verbosity=0)
            hits = evaluate(read, timezone.now(), by_meaning=not words, report=report)
        except (BadCollection, EmbedderUnavailable) as error:
            raise CommandError(str(error)) from None
        if output:
            lines = (
                f"{query}\t{read.documents[hit.paper - 1][0]}\t{hit.score!r}\n"
                for query, found in hits.items()
                for hit in found
            )
            output.write_text("".join(lines), encoding="utf-8")
        found = quality(read, hits)
        self.stdout.write(
            f"nDCG@10={found.ndcg_10:.4f} Recall@100={found.recall_100:.4f} MRR@10={found.mrr_10:.4f} "
            f"queries={found.queries} unanswered={found.unanswered}"
        )
