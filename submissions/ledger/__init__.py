"""投稿采用情况: what units and persons sent, and what of it was accepted and published.

`pieces.py` reads the database once into plain entries, `figures.py` counts them, `definitions.py` says how, and pages,
sheets and the 通报 show the same counts. Whatever a figure counted is what it opens.
"""

from .models import Ledger, PointRule, Quota

__all__ = ["Ledger", "PointRule", "Quota"]
