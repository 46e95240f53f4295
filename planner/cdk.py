"""For people's own CDK apps: an aspect that annotates resources with their costs, a plugin that guards budgets.

    Aspects.of(app).add(CostAnnotations(usage="fmplan-usage.yml"))
    Validations.of(app).add_plugins(CostGuard(budget_monthly_usd=1500, usage="fmplan-usage.yml"))

The one module of this package that uses CDK. A call into CDK takes a third of a millisecond, so there are few of them.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

try:
    import aws_cdk as cdk
    import constructs
    import jsii
    from aws_cdk import cx_api
except ModuleNotFoundError as missing:
    if missing.name not in {"aws_cdk", "constructs", "jsii"}:
        raise
    needed = "planner.cdk needs the AWS CDK: pip install 'fmplan[cdk]'"
    raise ModuleNotFoundError(needed, name=missing.name) from None

from planner import __version__
from planner.annotated import COST_KEY
from planner.app_costs.annotation import annotation
from planner.app_costs.budget import RULES, Budget, Violation, budget_violations, coverage_violations
from planner.app_costs.paths import has_paths, paths_of_stack, tree_of
from planner.app_costs.policy import load_policies, policy_violations
from planner.app_costs.pricing import AppPrices, StackTemplate
from planner.app_costs.settings import checked_name, checked_region, usage_of
from planner.app_costs.written import Written, stack_templates
from planner.errors import InputError
from planner.price_book import PriceBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.app_costs.budget import Amount, Place

__all__ = ["CostAnnotations", "CostGuard"]

_FAILING: Final = frozenset({"error", "fatal"})
# Whose logical ids CDK makes of the definitions of others, metadata and all; and those others.
_NAMED_BY_HASH: Final = frozenset({"AWS::ApiGateway::Deployment", "AWS::Lambda::Version"})
_HASHED: Final = ("AWS::ApiGateway::RestApi", "AWS::Lambda::Function")
_TOKEN: Final = "${Token["  # noqa: S105  (how CDK writes a value that only deployment tells)


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _kinds(node: object) -> tuple[type, ...]:
    """Return the classes that an object of CDK is of: `isinstance` would ask each of CDK's thousand resources."""
    # What no class of CDK's stands for by itself comes wrapped together with its interfaces.
    delegates: list[object] = getattr(node, "_delegates", None) or [node]
    return type(delegates[0]).__mro__


@jsii.implements(cdk.IAspect)
class CostAnnotations:
    """Writes `fmplan::cost` into the metadata of each resource of the construct that it is added to.

    Whatever other aspects change is priced as it ends up, in whichever order they were added. `region` is for stacks
    that name none; `usage` is a usage file or what one states; prices are those of the day `as_of`, by default today.

    Raises:
        InputError: for a region that is none, and for usage that can't be read.
    """

    def __init__(
        self,
        *,
        region: str | None = None,
        usage: str | Path | Mapping[str, Any] | None = None,
        as_of: date | None = None,
        book: PriceBook | None = None,
    ) -> None:
        self._region, self._usage = checked_region(region, "CostAnnotations"), usage_of(usage)
        self._as_of, self._book = as_of, book or PriceBook()
        self._stacks: list[cdk.Stack] = []
        self._resources: list[cdk.CfnResource] = []
        self._awaits = False

    def visit(self, node: constructs.IConstruct) -> None:
        """Remember what is to be priced once all aspects have run and all references are known: when CDK validates."""
        kinds = _kinds(node)
        if cdk.CfnResource in kinds:
            self._resources.append(cast("cdk.CfnResource", node))
        elif cdk.Stack in kinds:
            self._stacks.append(cast("cdk.Stack", node))
        if not self._awaits:
            self._awaits = True
            node.node.add_validation(_WhenValidated(self))

    def finish(self) -> list[str]:
        """Annotate what was visited; what is wrong comes back as messages, which CDK shows and fails with."""
        stacks, resources = self._stacks, self._resources
        self._stacks, self._resources, self._awaits = [], [], False
        if not resources:
            return []
        prices = AppPrices(
            self._book, self._as_of or _today(), self._region, self._usage, "CostAnnotations(region='us-east-1')"
        )
        try:
            with tempfile.TemporaryDirectory(prefix="fmplan-") as folder:
                _annotate(stacks, resources, prices, Path(folder))
        except InputError as error:
            return [f"fmplan: {error}"]
        return []


@jsii.implements(constructs.IValidation)
class _WhenValidated:
    """Called between the preparation of an app and the writing of its templates."""

    def __init__(self, annotations: CostAnnotations) -> None:
        self._annotations = annotations

    def validate(self) -> list[str]:
        return self._annotations.finish()


def _annotate(stacks: list[cdk.Stack], resources: list[cdk.CfnResource], prices: AppPrices, folder: Path) -> None:
    owned: dict[str, cdk.CfnResource] = {}
    hashes: list[cdk.CfnResource] = []
    for resource in resources:
        # A resource's text is its construct path and its type: one call instead of the two of `node.path`.
        path, _, kind = resource.to_string().rpartition(" [")
        owned[path] = resource
        if kind.rstrip("]") in _NAMED_BY_HASH:
            hashes.append(resource)
    if not stacks:  # the aspect was added to a construct within a stack
        stacks = list({stack.node.path: stack for stack in (each.stack for each in resources)}.values())

    def logical_ids() -> dict[str, str]:
        found = stacks[0].resolve([resource.logical_id for resource in owned.values()])
        return dict(zip(owned, found, strict=True))

    templates = list(stack_templates(list(_written(stacks, folder)), logical_ids))
    left_out = () if _keep_ids(stacks[0], hashes) else _HASHED
    for template in templates:
        if _is_planned(template.template):
            continue  # it was annotated when it was planned
        for found in prices.stack(template).resources:
            if found.path in owned and found.type not in left_out:
                owned[found.path].add_metadata(COST_KEY, annotation(found))


def _keep_ids(stack: cdk.Stack, hashes: list[cdk.CfnResource]) -> bool:
    """Fix the logical ids that CDK makes of what other resources hold, so that their annotations don't change them.

    Otherwise each change of a cost would deploy an API again, or publish a version of a function that has not changed.
    """
    for resource in hashes:
        try:
            resource.override_logical_id(stack.resolve(resource.logical_id))
        except RuntimeError:  # it is locked: something else refers to it already
            return False
    return True


def _written(stacks: list[cdk.Stack], folder: Path) -> Iterator[Written]:
    """Write the stacks' templates aside: one call gives a template whole, all tokens resolved."""
    session = _Session(folder)
    for stack in stacks:
        # One of our own: jsii takes a stack's synthesizer for the one that was passed to the stack, which is unbound.
        writer = cdk.LegacyStackSynthesizer()
        writer.bind(stack)
        # Protected in CDK, and the one way to a template; it reads of a session what ours has.
        writer._synthesize_template(session)  # type: ignore[arg-type]  # noqa: SLF001
        region = stack.region
        is_nested = cdk.NestedStack in _kinds(stack)
        yield Written(stack.node.path, folder / stack.template_file, None if _TOKEN in region else region, is_nested)


@jsii.implements(cdk.ISynthesisSession)
class _Session:
    """A session that writes into a folder of its own, and into no assembly."""

    # jsii asks an object for properties of its class, not for attributes of its own.
    def __init__(self, folder: Path) -> None:
        self._folder, self._assembly = str(folder), cx_api.CloudAssemblyBuilder(str(folder))

    @property
    def outdir(self) -> str:
        return self._folder

    @property
    def assembly(self) -> cx_api.CloudAssemblyBuilder:
        return self._assembly

    @property
    def validate_on_synth(self) -> bool | None:
        return False


def _is_planned(template: Path) -> bool:
    """Whether a template is one of a plan, which says so in its own metadata."""
    text = template.read_text(encoding="utf-8")
    return f'"{COST_KEY}"' in text and COST_KEY in (json.loads(text).get("Metadata") or {})


@jsii.implements(cdk.IPolicyValidationPlugin)
class CostGuard:
    """Fails the synthesis of an app that is over budget, or against a policy of `policy`.

    Amounts are US dollars; `stack_budget_monthly_usd` is one for each stack, or a mapping by construct path. What has
    no price is a warning, an error with `strict`. Rules are acknowledged by `name`: fmplan::monthly_limit.

    Raises:
        InputError: for an amount, a region or a name that is none, and for files that can't be read.
    """

    def __init__(  # noqa: PLR0913  (each is stated by its name)
        self,
        *,
        budget_monthly_usd: Amount | None = None,
        budget_one_time_usd: Amount | None = None,
        budget_idle_monthly_usd: Amount | None = None,
        stack_budget_monthly_usd: Amount | Mapping[str, Amount] | None = None,
        resource_budget_monthly_usd: Amount | None = None,
        policy: str | Path | None = None,
        usage: str | Path | Mapping[str, Any] | None = None,
        region: str | None = None,
        as_of: date | None = None,
        book: PriceBook | None = None,
        strict: bool = False,
        name: str = "fmplan",
    ) -> None:
        self._name = checked_name(name)
        self._budget = Budget.of(
            monthly=budget_monthly_usd,
            one_time=budget_one_time_usd,
            idle=budget_idle_monthly_usd,
            stack=stack_budget_monthly_usd,
            resource=resource_budget_monthly_usd,
        )
        self._day = as_of or _today()
        self._policies = load_policies(Path(policy), day=self._day) if policy is not None else None
        self._region, self._usage = checked_region(region, "CostGuard"), usage_of(usage)
        self._book, self._strict = book or PriceBook(), strict
        stated = (setting.id for setting in self._policies.settings) if self._policies else ()
        self._rule_ids = [*dict.fromkeys((*RULES, *stated))]

    @property
    def name(self) -> str:
        """What stands before `::` in the ids of its rules."""
        return self._name

    @property
    def version(self) -> str | None:
        """The version of this package."""
        return __version__

    @property
    def rule_ids(self) -> list[str] | None:
        """The ids of all rules that it may report."""
        return self._rule_ids

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Return what is above budget, what policies find, and what has no price."""
        try:
            found = list(self._found(context))
        except InputError as error:
            found = [Violation("input", str(error), (), "fatal")]
        return cdk.PolicyValidationPluginReport(
            success=not any(each.severity in _FAILING for each in found),
            violations=[self._reported(each) for each in found],
            plugin_version=__version__,
        )

    def _found(self, context: cdk.IPolicyValidationContext) -> Iterator[Violation]:
        prices = AppPrices(self._book, self._day, self._region, self._usage, "CostGuard(region='us-east-1')")
        stacks = tuple(prices.stack(each) for each in _templates(context))
        yield from budget_violations(stacks, self._budget)
        if self._policies is not None:
            yield from policy_violations(self._policies, stacks, prices.whole(stacks, "the app"), day=self._day)
        yield from coverage_violations(stacks, strict=self._strict)
        for sentence in prices.unused():
            yield Violation("unused_usage", sentence, (), "warning")

    def _reported(self, violation: Violation) -> cdk.PolicyViolation:
        return cdk.PolicyViolation(
            rule_name=f"{self._name}::{violation.rule}",
            description=violation.text,
            severity=violation.severity,
            fix=violation.fix,
            rule_metadata=violation.metadata,
            # CDK shows, and fails with, what is about some construct: where it is about none, the app.
            violating_resources=[_violating(place) for place in violation.places] or [_APP],
        )


_APP: Final = cdk.PolicyViolatingResource(locations=[], construct_path="")


def _templates(context: cdk.IPolicyValidationContext) -> Iterator[StackTemplate]:
    """Yield the stacks' templates, with the construct paths of those whose resources don't tell them."""
    found = [(each.stack_construct_path, Path(each.template_path), each.region) for each in context.stack_templates]
    names = {path for path, _, _ in found}
    tree: dict[str, Any] | None = None
    for path, template, region in found:
        if has_paths(template):
            yield StackTemplate(path, template, region)
            continue
        tree = tree_of(template) if tree is None else tree
        yield StackTemplate(path, template, region, paths_of_stack(tree, path, names))


def _violating(place: Place) -> cdk.PolicyViolatingResource:
    stack, resource = place
    if resource is None or resource.logical_id is None:
        return cdk.PolicyViolatingResource(locations=[], construct_path=stack.construct_path)
    return cdk.PolicyViolatingResource(
        locations=[],
        construct_path=resource.path if "/" in resource.path else None,
        resource_logical_id=resource.logical_id,
        template_path=str(stack.template),
    )
