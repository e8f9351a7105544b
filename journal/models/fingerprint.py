"""The index of near-duplicates: which hashes of which texts (DEPENDENCIES.md). Written by journal/duplicates.py alone."""

from django.db import models
from django.db.models import F, Q

from .text import Text, TextVersion


class IndexedText(models.Model):
    """A text in the index, with the version it was indexed from; the whole index can be made again at any time.

    Its hashes stand in `fresh` (64 bits each, packed) until a batch of texts becomes a segment: a person waits for each
    save.
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


class FingerprintSegment(models.Model):
    """A run of fingerprints written together, at the end of the key, in order: 400 rows a text in random places of a
    large key would be slow to write. Segments of a level are merged into one of the next."""

    level = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "指纹段"

    def __str__(self):
        return f"{self.pk}"


class Fingerprint(models.Model):
    """One kept hash of a version: 64 bits, signed. The key alone answers the join that finds candidates.

    Rows are never changed and refer to nothing: those of a version that is in the index no more are passed over by the
    join, and left out by the next merge.
    """

    pk = models.CompositePrimaryKey("segment", "hash", "version")
    segment = models.BigIntegerField()
    hash = models.BigIntegerField()
    version = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "指纹"

    def __str__(self):
        return f"{self.hash:x} {self.version}"


def outdated_texts() -> models.QuerySet[Text]:
    """Texts whose current version is not the one in the index."""
    current = Text.objects.filter(current__isnull=False)
    return current.filter(Q(indexed__isnull=True) | ~Q(indexed__version=F("current")))
