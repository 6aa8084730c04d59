"""Deploys the function, and one stack for each Redis Enterprise user of cdk.json."""

import json
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
        # The value of a parameter is a text: 12000 becomes "12000", and true becomes "true".
        texts = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in parameters.items()
        }
        CfnInclude(self, "Template", template_file=template, parameters=texts)


app = cdk.App()
release = app.node.get_context("release")
users = app.node.get_context("users")
parameters = {
    "CodeBucket": app.node.get_context("bucket"),
    "CodePrefix": "redis-enterprise-rotation/",
    "UserCount": len(users),
    **app.node.get_context("rotation"),
}
ca_certificate_file = app.node.try_get_context("caCertificateFile")
if ca_certificate_file:
    with open(ca_certificate_file, encoding="utf-8") as file:
        parameters["CaCertificate"] = file.read()

rotation = TemplateStack(
    app, ROTATION_STACK, os.path.join(release, "rotation.template.json"), parameters
)

for username, user in users.items():
    stack = TemplateStack(
        app,
        ROTATION_STACK + "-" + re.sub("[^A-Za-z0-9]", "-", username),
        os.path.join(release, "user.template.json"),
        {"RotationStack": ROTATION_STACK, "Username": username, **user},
    )
    stack.add_stack_dependency(rotation)

app.synth()
