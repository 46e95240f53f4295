"""fmplan: decides how to customize a foundation model on AWS, prices the choice and synthesizes its architecture."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
