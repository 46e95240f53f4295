"""The yardstick of synthesis: the least that a CDK app in Python can do, one stack without resources."""

from __future__ import annotations

from aws_cdk import App, Stack

app = App()
Stack(app, "empty")
app.synth()
