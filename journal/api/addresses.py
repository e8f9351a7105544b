"""The addresses that answer with data: what the documentation describes."""

from django.urls import include, path

from journal.urls import Number  # noqa: F401 (registers the converter)

from . import articles, changes, issues, lists, search

data = [
    path("issues/", issues.Issues.as_view(), name="issues"),
    path("issues/<number:year>-<number:number>/", issues.OneIssue.as_view(), name="issue"),
    path("articles/", articles.Articles.as_view(), name="articles"),
    path("articles/<number:pk>/", articles.OneArticle.as_view(), name="article"),
    path("sections/", lists.Sections.as_view(), name="sections"),
    path("sections/<number:pk>/", lists.OneSection.as_view(), name="section"),
    path("units/", lists.Units.as_view(), name="units"),
    path("units/<number:pk>/", lists.OneUnit.as_view(), name="unit"),
    path("authors/", lists.Authors.as_view(), name="authors"),
    path("authors/<number:pk>/", lists.OneAuthor.as_view(), name="author"),
    path("search/", search.Search.as_view(), name="search"),
    path("changes/", changes.Changes.as_view(), name="changes"),
]
urlpatterns = [path("api/v1/", include(data))]
