"""A diff as one HTML page that needs nothing else, laid out by templates/diff.html.j2."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["render_html"]

Json = dict[str, Any]


def render_html(document: Json) -> str:
    """Return a diff's document as a page for a browser, light or dark as the reader's system is."""
    from planner.diff_report.view import diff_view

    # Half of a surrogate pair is gone already: names are plain texts.
    return _template().render(diff=diff_view(document))


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from planner.bundled import bundled_root

    made = Environment(
        loader=FileSystemLoader(bundled_root() / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return made.get_template("diff.html.j2")
