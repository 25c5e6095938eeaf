"""Calls of AWS's own client for Python: what to call comes as JSON on stdin, the answers go to stdout."""
import json
import sys

import boto3

asked = json.load(sys.stdin)
clients = {}
answers = []
for service, method, arguments in asked["calls"]:
    if service not in clients:
        clients[service] = boto3.client(
            service,
            endpoint_url=asked["endpoint"],
            region_name=asked["region"],
            aws_access_key_id="BOTO",
            aws_secret_access_key="none",
        )
    answer = getattr(clients[service], method)(**arguments)
    answer.pop("ResponseMetadata", None)
    answers.append(answer)
json.dump(answers, sys.stdout, default=str)
