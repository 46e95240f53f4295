"""Layouts of reports, as jinja2 templates: no arithmetic."""
