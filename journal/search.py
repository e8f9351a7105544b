"""Chinese full-text search by bigrams."""


def index_articles(articles) -> None:
    """Bring the index up to date for these articles."""
