"""Values of a template that are never shown: passwords, secret references, and texts too long to be a setting."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SECRET", "is_secret_name", "names_a_secret", "shown_text"]

SECRET: Final = "(secret)"  # noqa: S105  (stands in place of one)
_LONGEST: Final = 500
_SECRET_NAME: Final = re.compile(
    r"(?i)(password|passwd|passphrase|secret_?string|secret_?key|client_?secret|auth_?token|access_?key|private_?key"
    r"|api_?key|credential|connection_?string)|(?<![a-z])(token|secret|pat|pwd)$|(_|[a-z])(Token|Secret|TOKEN|SECRET)$"
)
_SECRET_VALUE: Final = re.compile(
    r"\{\{resolve:|arn:[a-z-]+:secretsmanager:|\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s:@]+:[^/\s@]+@|\b(ghp_|github_pat_|xox[abp]-|sk-)[A-Za-z0-9_-]{16,}"
    r"|(?i:\b(password|passwd|pwd|accountkey|sharedaccesskey|api_?key|client_?secret)\s*[=:]\s*[^\s;&,$])"
    r"|\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}"
)


def is_secret_name(name: str) -> bool:
    """Whether a property or variable of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def names_a_secret(entry: Mapping[str, object]) -> bool:
    """Whether a list's entry, such as a container's variable, has a name that holds a secret."""
    name = next((entry[key] for key in ("Name", "Key", "ParameterKey") if key in entry), None)
    return isinstance(name, str) and is_secret_name(name)


def shown_text(text: str) -> str:
    """Return a text as an answer may show it; a long one is named by its digest, so that a change of it still shows."""
    if _SECRET_VALUE.search(text):
        return SECRET
    if len(text) > _LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"({len(text)} characters, sha256 {digest})"
    return text
