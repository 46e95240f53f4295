"""`fmplan check`: what is checked, the policy file and its waivers, the answer in every form."""

from __future__ import annotations
