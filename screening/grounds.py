"""What a scoring rests on: the same grounds give the same run."""

import hashlib
from dataclasses import dataclass
from datetime import date

from screening.identity.decisions import fingerprint
from screening.rulebook.book import Rulebook
from screening.store.register import Batch, Decision

ENGINE = 5  # raise when the program itself, not the rules, comes to score otherwise


@dataclass(frozen=True)
class Grounds:
    """Batches in the order they count, the rule book (with the model in force), the day, and what people decided of who is who."""

    batches: list[Batch]
    book: Rulebook
    as_of: date
    decisions: list[Decision]

    @property
    def run_id(self) -> str:
        """The name of the run they give."""
        batches = (batch.batch_id for batch in self.batches)
        decisive = [str(ENGINE), self.book.version, self.as_of.isoformat(), *batches, fingerprint(self.decisions)]
        return hashlib.sha256("|".join(decisive).encode()).hexdigest()[:16]
