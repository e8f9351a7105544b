from django.urls import path

from .views import archive, articles, front, lists, media, search

urlpatterns = [
    path("", front.home, name="home"),
    path("issues/", archive.archive, name="archive"),
    path("issues/<int:year>-<int:number>/", archive.issue, name="issue"),
    path("issues/<int:year>-<int:number>/cover.svg", media.cover, name="cover"),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/qr.svg", media.article_qr, name="article_qr"),
    path("pictures/<int:pk>/<int:width>.jpg", media.picture, name="picture"),
    path("sections/", lists.sections, name="sections"),
    path("sections/<int:pk>/", lists.section, name="section"),
    path("units/<int:pk>/", lists.unit, name="unit"),
    path("authors/<int:pk>/", lists.author, name="author"),
    path("search/", search.search, name="search"),
    path("about/", front.about, name="about"),
]
