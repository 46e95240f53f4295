"""What a user names to be checked: a plan, a diff, an estimate, a template, a cloud assembly or a workload."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from planner.check.answer import check_document
from planner.check.document_checks import check_diff, check_estimate, check_plan, is_diff, is_estimate
from planner.check.places import Places, Subject
from planner.check.run import run_policies
from planner.errors import InputError
from planner.files import read_text
from planner.policies.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from planner.check.policy_file import PolicyFile
    from planner.diff.sources import Named
    from planner.estimate.usage import UsageByResource
    from planner.policies.document import Kind
    from planner.price_book import PriceBook

__all__ = ["Target", "TargetReader", "what_is"]

Json = dict[str, Any]
What = Literal["plan", "estimate", "diff", "template", "assembly", "workload"]

_MADE: Final = ("plan", "estimate", "diff")  # what the planner wrote and only has to be read
# What reading a document of another shape may raise.
_DAMAGES: Final = (KeyError, TypeError, AttributeError, ValueError, ArithmeticError)
_READ_AGAIN: Final = {"estimate": "an estimate", "diff": "a diff"}


@dataclass(frozen=True, slots=True)
class Target:
    """The documents to ask policies of, and the file that findings point into."""

    documents: Mapping[Kind, Document]
    subject: Subject | None

    def answer(self, policies: PolicyFile, *, day: date, strict: bool) -> Json:
        """Return what policies find, as the document that all formats are made from.

        Raises:
            InputError: for a document that was read and is not what the planner writes.
        """
        with _told_as_damaged(", ".join(document.source for document in self.documents.values())):
            outcome = run_policies(policies.settings, policies.waivers, self.documents, day=day)
            places = Places(self.subject, policies)
            found = check_document(outcome, self.documents, policies, places, day=day, strict=strict)
            for each in (each for result in found["results"] for each in result["findings"]):
                for name in ("text", "resource", "type", "logical_id"):
                    if not isinstance(each[name], str | None):
                        raise TypeError(f"{name}: {each[name]!r} is no text")
            return found


@contextmanager
def _told_as_damaged(source: str) -> Iterator[None]:
    """Say of what was changed by hand, and can't be read any more, that it is damaged."""
    try:
        yield
    except _DAMAGES as error:
        raise InputError(f"{source}: the document is damaged ({type(error).__name__}: {str(error)[:200]})") from None


def what_is(path: Path) -> tuple[What, Json | None]:
    """Return what a path holds, and its data where it is a document that the planner wrote.

    Raises:
        InputError: for a path that isn't there, can't be read, or is broken JSON.
    """
    from planner.diff.sources import kind_of
    from planner.plan_document import is_plan

    if path.is_dir():
        return "assembly", None
    text = read_text(path)
    data = _json(text, path)
    if data is not None:
        if is_diff(data):
            return "diff", data
        if is_plan(data):
            return "plan", data
        if is_estimate(data):
            return "estimate", data
    kind: Any = kind_of(path, source=str(path))
    return kind, None


def _json(text: str, path: Path) -> Json | None:
    """Return a document's JSON; None for what is none, whose own reader says what is wrong with it."""
    if not text.lstrip().startswith("{"):
        return None
    import json

    try:
        data = json.loads(text, parse_float=str)  # a document's decimals are texts; no other number becomes one of them
    except ValueError as error:
        if path.suffix.lower() == ".json":
            raise InputError(f"{path}: not JSON: {error}") from None
        return None
    except RecursionError:
        raise InputError(f"{path}: nested too deep") from None
    return data if isinstance(data, dict) else None


@dataclass(slots=True)
class TargetReader:
    """Reads what is to be checked, alone or with the base that it is compared with, at the prices of one book.

    `workload` names the file that a plan was made of; files below `folder` are named by where they lie in it.
    """

    book: PriceBook
    today: date
    as_of: date | None = None
    region: str | None = None
    usage: UsageByResource | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    workload: Path | None = None
    folder: Path | None = None
    has_own_prices: bool = False

    def read(self, path: Path, base: Named | None) -> Target:
        """Return the documents: of a plan or template itself, and of its difference to the base.

        Raises:
            InputError: for what can't be read, planned or priced, or was changed by hand.
        """
        what, data = what_is(path)
        with _told_as_damaged(str(path)) if what in _MADE else nullcontext():
            return self._read(path, what, data, base)

    def _read(self, path: Path, what: What, data: Json | None, base: Named | None) -> Target:
        self._refuse_useless(path, what, base)
        documents: dict[Kind, Document] = {}
        if what in ("plan", "workload"):
            documents["plan"] = Document("plan", self._plan(path, what), str(path))
        elif what in ("template", "assembly"):
            documents["estimate"] = Document("estimate", self._estimate(path), str(path))
        elif data is not None:
            (check_diff if what == "diff" else check_estimate)(data, source=str(path))
            kind: Kind = "diff" if what == "diff" else "estimate"
            documents[kind] = Document(kind, data, str(path))
        if base is not None:
            documents["diff"] = Document("diff", self._diff(base, path), f"{base.source} → {path}")
        return Target(documents, self._subject(path, what, data, documents))

    def _refuse_useless(self, path: Path, what: What, base: Named | None) -> None:
        if base is not None and what in _READ_AGAIN:
            raise InputError(
                f"{path}: is {_READ_AGAIN[what]}; --base goes with a workload, a plan, a template or a cdk.out folder"
            )
        if what in _MADE and self.region:
            raise InputError(f"{path}: is priced already; --region is for workloads, templates and cdk.out folders")
        if what in _MADE and base is None and self.has_own_prices:
            raise InputError(f"{path}: is priced already; prices and discounts are for workloads and templates")
        if what in (*_MADE, "workload") and base is None and (self.usage is not None or self.parameters):
            raise InputError(f"{path}: is {_with_article(what)}; --usage and --parameter are for templates")

    def _plan(self, path: Path, what: What) -> Json:
        from planner.plan_source import plan_or_read

        overrides = [f"region={self.region}"] if self.region else []
        book = (lambda: self.book) if what == "workload" else None
        planned = plan_or_read(path, as_of=self.as_of or self.today, overrides=overrides, book=book)
        made = planned.document.document
        if what == "plan":
            check_plan(made, source=str(path))
        return made

    def _estimate(self, path: Path) -> Json:
        from planner.estimate.document import estimate_json
        from planner.estimate.estimate import estimate_path

        found = estimate_path(
            path,
            book=self.book,
            region=self.region,
            as_of=self.as_of,
            usage=self.usage,
            parameters=self.parameters,
            today=self.today,
        )
        return estimate_json(found)

    def _diff(self, base: Named, path: Path) -> Json:
        from decimal import Decimal

        from planner.assumptions import load_assumptions
        from planner.diff.document import diff_document
        from planner.diff.sources import Named, Sources

        sources = Sources(
            book=self.book,
            today=self.today,
            as_of=self.as_of,
            region=self.region,
            usage=self.usage,
            parameters=self.parameters,
        )
        sides = sources.sides(base, Named(str(path), path))
        hours = Decimal(str(load_assumptions()["double_running_hours"].value))
        return diff_document(*sides, double_running_hours=hours, replan=sources.replan)

    def _subject(self, path: Path, what: What, data: Json | None, documents: Mapping[Kind, Document]) -> Subject | None:
        if self.workload is not None:
            return self._in(self.workload)
        if what == "assembly":
            return None
        if what == "template":
            return self._in(path, _logical_ids(documents["estimate"].data))
        if what in _READ_AGAIN and data is not None:
            head = data["after"] if what == "diff" else data
            origin, kind = Path(str(head.get("source") or "")), head.get("kind", "template")
            if kind in ("workload", "template") and origin.is_file():
                with suppress(InputError):  # what the document names may be another file by now
                    return self._in(origin, _logical_ids(data) if kind == "template" else None)
        return self._in(path, prefix="workload." if what == "plan" else "")

    def _in(self, path: Path, logical_ids: Mapping[str, str] | None = None, *, prefix: str = "") -> Subject:
        from planner.source_lines import SourceLines

        # Services that show findings want paths below the repository's root.
        below = self.folder is not None and path.is_absolute() and path.is_relative_to(self.folder)
        shown = path.relative_to(self.folder) if below and self.folder else path
        return Subject(str(shown), SourceLines(read_text(path)), prefix, logical_ids)


def _with_article(what: What) -> str:
    return f"an {what}" if what == "estimate" else f"a {what}"


def _logical_ids(document: Json) -> dict[str, str]:
    return {each["path"]: each["logical_id"] for each in document["resources"] if each["logical_id"]}
