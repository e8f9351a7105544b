from django.db import migrations


def note_what_came_out(apps, schema_editor):
    """As far as it can be told afterwards: one publication each, at its time, and a withdrawal where there was one."""
    Article, ArticleChange = apps.get_model("journal", "Article"), apps.get_model("journal", "ArticleChange")
    out = Article.objects.filter(issue__state__in=("published", "withdrawn")).exclude(access="")
    rows = []
    for article in out.select_related("issue", "text").order_by("pk"):
        facts = {"article": article, "version_id": article.text.current_id}
        published_at = article.issue.published_at
        if published_at:
            rows.append(ArticleChange(**facts, access_after=article.access, at=published_at))
        taken_down_at = article.withdrawn_at or (article.issue.withdrawn_at if article.issue.state == "withdrawn" else None)
        if published_at and taken_down_at:
            rows.append(ArticleChange(**facts, access_before=article.access, at=taken_down_at))
    rows.sort(key=lambda row: (row.at, bool(row.access_before)))
    ArticleChange.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("journal", "0015_article_changes")]

    operations = [migrations.RunPython(note_what_came_out, migrations.RunPython.noop)]
