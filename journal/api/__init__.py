"""The journal for programs: read-only JSON under /api/v1/, with the access rules of the pages (DESIGN.md 6).

`base.py` is what every view shares, `shapes.py` what is told of an issue, an article and the others; a module each for
what is asked for; `documentation.py` describes it all, as OpenAPI and as a page.
"""
