"""The index of near-duplicates: which hashes of which texts (DEPENDENCIES.md). Written by journal/duplicates.py alone."""

from django.db import models
from django.db.models import F, Q

from .text import Text, TextVersion


class IndexedText(models.Model):
    """A text in the index, with the version it was indexed from; the whole index can be made again at any time.

    Its hashes stand in `fresh` (64 bits each, packed) until a batch of texts is spread over Fingerprint: 400 rows in
    random places of a large key are slow to write, and a person waits for each save.
    """

    text = models.OneToOneField(Text, models.CASCADE, primary_key=True, related_name="indexed")
    version = models.ForeignKey(TextVersion, models.CASCADE, related_name="+")
    title_key = models.CharField(max_length=200, db_index=True)
    size = models.PositiveIntegerField()  # hashes kept
    fresh = models.BinaryField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "查重索引"
        indexes = [models.Index(fields=("text",), condition=Q(fresh__isnull=False), name="indexed_text_fresh")]

    def __str__(self):
        return f"{self.version}"


class Fingerprint(models.Model):
    """One kept hash of a text: 64 bits, signed. The key (hash, text) alone answers the join that finds candidates.

    Rows of a version since replaced may stand here until the next batch: candidates are compared in full anyway.
    """

    pk = models.CompositePrimaryKey("hash", "indexed_id")
    hash = models.BigIntegerField()
    indexed = models.ForeignKey(IndexedText, models.CASCADE, related_name="fingerprints")

    class Meta:
        verbose_name = verbose_name_plural = "指纹"

    def __str__(self):
        return f"{self.hash:x} {self.indexed_id}"


def outdated_texts() -> models.QuerySet[Text]:
    """Texts whose current version is not the one in the index."""
    current = Text.objects.filter(current__isnull=False)
    return current.filter(Q(indexed__isnull=True) | ~Q(indexed__version=F("current")))
