"""Calls Secrets Manager with boto3 at AWS_ENDPOINT_URL_SECRETS_MANAGER.

A line of input is [operation, parameters] in JSON. A line of output is {"reply": ...}, or the
exception as boto3 decodes it.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

client = boto3.client("secretsmanager")
for line in sys.stdin:
    operation, parameters = json.loads(line)
    try:
        result = {"reply": getattr(client, operation)(**parameters)}
        status = result["reply"].pop("ResponseMetadata")["HTTPStatusCode"]
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        decoded = error.response["Error"]
        raised = type(error).__name__
        result = {"error": decoded["Code"], "message": decoded["Message"], "raised": raised}
    print(json.dumps({**result, "status": status}, default=str), flush=True)
