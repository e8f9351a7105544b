from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("submissions", "0008_outbox")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="asks_until",
            field=models.DateField(blank=True, null=True, verbose_name="请求延到"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=Q(("from_office", False), ("settled_at__isnull", True)),
                fields=["at"],
                name="message_unanswered",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(("asks_until__isnull", True), ("from_office", False), _connector="OR"),
                name="message_more_time_asked_by_contributor",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=Q(("asks_until__isnull", False), ("settled_at__isnull", True)),
                fields=("submission",),
                name="message_more_time_asked_once",
            ),
        ),
    ]
