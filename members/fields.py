from django.db import models


class WebAddressField(models.URLField):
    """A URL field whose form takes www.example.cn for http://www.example.cn: official sites still use plain http."""

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "http", **kwargs})
