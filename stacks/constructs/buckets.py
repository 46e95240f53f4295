"""Buckets: for data, and for the access logs of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

__all__ = ["AccessLogBucket", "DataBucket"]

_ACCESS_LOG_DAYS = 30
_OLD_VERSION_DAYS = 30
_INCOMPLETE_UPLOAD_DAYS = 7


class AccessLogBucket(s3.Bucket):
    """Takes the access logs of the other buckets and keeps them for a month.

    S3 delivers access logs only to buckets that are encrypted with S3's own keys.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(_ACCESS_LOG_DAYS))],
        )


class DataBucket(s3.Bucket):
    """Keeps a workload's data: encrypted with its key, over TLS alone, never public, old versions for a month.

    It stays when the stack is deleted: the data is the user's.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption_key: kms.IKey, access_logs: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=encryption_key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=cdk.Duration.days(_OLD_VERSION_DAYS),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(_INCOMPLETE_UPLOAD_DAYS),
                )
            ],
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id}/",
        )
