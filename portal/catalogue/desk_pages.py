"""How the desk of the catalogue writes hours."""

from __future__ import annotations

from portal.catalogue import bp


@bp.app_template_filter("hour_text")
def hour_text(minute: int) -> str:
    """Return a minute of the day as 08:30; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
