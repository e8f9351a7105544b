"""The printed magazine as a PDF: typst with templates of our own, fed with data alone."""

from .build import Typeset, article_pdf, content_pdf, typeset, write

__all__ = ["Typeset", "article_pdf", "content_pdf", "typeset", "write"]
