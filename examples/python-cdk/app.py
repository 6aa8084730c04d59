"""Deploys the function, and one stack for each Redis Enterprise user of cdk.json."""

import os
import re

import aws_cdk as cdk
from aws_cdk.cloudformation_include import CfnInclude
from constructs import Construct

ROTATION_STACK = "redis-enterprise-rotation"


class TemplateStack(cdk.Stack):
    """A stack of one template of the release."""

    def __init__(self, scope: Construct, name: str, template: str, parameters: dict) -> None:
        # The templates contain no assets, so they need no bootstrap.
        super().__init__(scope, name, synthesizer=cdk.BootstraplessSynthesizer())
        CfnInclude(self, "Template", template_file=template, parameters=parameters)


app = cdk.App()
release = app.node.get_context("release")
users = app.node.get_context("users")

rotation = TemplateStack(
    app,
    ROTATION_STACK,
    os.path.join(release, "rotation.template.json"),
    {
        "CodeBucket": app.node.get_context("bucket"),
        "CodePrefix": "redis-enterprise-rotation/",
        "UserCount": len(users),
        **app.node.get_context("cluster"),
    },
)

for username, user in users.items():
    name = ROTATION_STACK + "-" + re.sub("[^A-Za-z0-9]", "-", username)
    stack = TemplateStack(
        app,
        name,
        os.path.join(release, "user.template.json"),
        {"RotationStack": ROTATION_STACK, "Username": username, **user},
    )
    stack.add_stack_dependency(rotation)

app.synth()
