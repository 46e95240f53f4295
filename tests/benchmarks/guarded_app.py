"""How much longer an app that is not ours takes to synthesize with costs: plain and guarded in interleaved rounds."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.benchmarks.rounds import CHECKOUT, Command, environment, in_rounds

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["measure_guarded_app", "text_of_guarded_app"]

_APP = CHECKOUT / "examples" / "existing-cdk-app"
_WAYS = ("plain", "annotated and guarded")


def measure_guarded_app(folder: Path, *, rounds: int, validate: bool = True) -> dict[str, Any]:
    """Return median seconds of `python app.py` under CDK's default settings, with and without costs, and their ratio.

    `validate` is CDK's own check of templates, which it does unless it is told otherwise.
    """
    surroundings = {**environment(folder / "pycache"), "CDK_VALIDATION": "true" if validate else "false"}
    commands = []
    for way in _WAYS:
        context, output = json.dumps({"costs": way}), str(folder / way)
        commands.append(
            Command(way, ["env", f"CDK_CONTEXT_JSON={context}", f"CDK_OUTDIR={output}", sys.executable, "app.py"])
        )
    seconds = in_rounds(commands, rounds=rounds, surroundings=surroundings, folder=_APP)
    plain, guarded = (seconds[way] for way in _WAYS)
    return {"seconds": seconds, "guarded_to_plain": guarded / plain}


def text_of_guarded_app(found: dict[str, Any]) -> str:
    """Return the figures for people."""
    seconds = "\n".join(f"  {name:<24}{value:6.3f} s" for name, value in found["seconds"].items())
    return f"""\
Synthesis of examples/existing-cdk-app, CDK's defaults
{seconds}
  with costs / plain          {found["guarded_to_plain"]:5.2f}   (aim: less than 1.15)
"""
