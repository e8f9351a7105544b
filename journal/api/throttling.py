"""How often one address may ask. The address is the audit trail's, which believes trusted proxies alone."""

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from members.audit import current_address


class AddressThrottle(SimpleRateThrottle):
    scope = "api"

    def get_rate(self) -> str | None:
        """None: as often as anybody likes."""
        return self._per_minute(settings.API_REQUESTS_PER_MINUTE)

    def get_cache_key(self, request, view) -> str:
        return f"throttle:{self.scope}:{(current_address() or 'none').encode().hex()}"

    @staticmethod
    def _per_minute(number: int) -> str | None:
        return f"{number}/min" if number > 0 else None


class SearchThrottle(AddressThrottle):
    """Searching costs more than reading."""

    scope = "api-search"

    def get_rate(self) -> str | None:
        return self._per_minute(settings.API_SEARCHES_PER_MINUTE)
