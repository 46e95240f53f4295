"""CloudFront, Route 53, WAF."""

from __future__ import annotations

from planner.estimate.kinds.table import MILLIONS, TEN_THOUSANDS, By, by_usage

__all__ = ["KINDS"]

KINDS = (
    by_usage(
        "AWS::CloudFront::Distribution",
        By("monthly_data_out_gb", "cloudfront", "distribution.gb", "GB"),
        By("monthly_https_requests", "cloudfront", "distribution.https_10k", "10K requests", TEN_THOUSANDS),
    ),
    by_usage(
        "AWS::CloudFront::Function",
        By("monthly_invocations", "cloudfront", "function.invocation_million", "1M invocations", MILLIONS),
    ),
    by_usage(
        "AWS::Route53::HostedZone",
        By("monthly_queries", "route53", "hosted_zone.query_million", "1M queries", MILLIONS),
        monthly=By("", "route53", "hosted_zone.zone_month", "zone-month"),
    ),
    by_usage("AWS::Route53::HealthCheck", monthly=By("", "route53", "health_check.check_month", "health-check-month")),
    by_usage(
        "AWS::WAFv2::WebACL",
        By("monthly_requests", "waf", "web_acl.request_million", "1M requests", MILLIONS),
        monthly=By("", "waf", "web_acl.acl_month", "web-ACL-month"),
    ),
)
