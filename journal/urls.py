from django.urls import path, register_converter
from django.urls.converters import IntConverter

from .views import archive, articles, downloads, feeds, front, lists, media, reads, search, sheets


class Number(IntConverter):
    """A number that every database can look up; a longer one is no address of ours."""

    regex = "[0-9]{1,9}"


register_converter(Number, "number")

urlpatterns = [
    path("", front.home, name="home"),
    path("issues/", archive.archive, name="archive"),
    path("issues/<number:year>-<number:number>/", archive.issue, name="issue"),
    path("issues/<number:year>-<number:number>/cover.svg", media.cover, name="cover"),
    path("issues/<number:year>-<number:number>/download/<slug:kind>/", downloads.download, name="download"),
    path("articles/<number:pk>/", articles.article, name="article"),
    path("articles/<number:pk>/qr.svg", media.article_qr, name="article_qr"),
    path("pictures/<number:pk>/<number:width>.jpg", media.picture, name="picture"),
    path("pictures/<number:pk>/<number:width>.webp", media.picture, {"kind": "webp"}, name="picture_webp"),
    path("sheets/<number:pk>/", sheets.sheet, name="sheet"),
    path("sections/", lists.sections, name="sections"),
    path("sections/<number:pk>/", lists.section, name="section"),
    path("units/<number:pk>/", lists.unit, name="unit"),
    path("authors/<number:pk>/", lists.author, name="author"),
    path("feed/", feeds.journal_feed, name="feed"),
    path("sections/<number:pk>/feed/", feeds.section_feed, name="section_feed"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap_index"),
    path("sitemap-<number:part>.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    path("most-read/", reads.most_read, name="most_read"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="suggestions"),
    path("about/", front.about, name="about"),
    path("accessibility/", front.accessibility, name="accessibility"),
]
