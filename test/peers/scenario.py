"""What a scenario is written with: questions to a server, and its answers with every id by a name."""

import datetime
import json
import re

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


class Scenario:
    def __init__(self):
        self.steps = {}
        self.operations = {}
        self.names = {}
        self.clients = {}

    def client(self, service):
        if service not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
            self.clients[service] = boto3.client(service, config=config)
        return self.clients[service]

    def name(self, name, identifier):
        self.names[identifier] = f"<{name}>"
        return identifier

    def ask(self, step, operation, names=None, **given):
        """The answer as it came, its ids named by what `names` finds in it; None when it is an error."""
        assert step not in self.steps, step
        service, name = operation.split(" ")
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        self.operations[step] = operation
        try:
            answer = getattr(self.client(service), method)(**given)
        except ClientError as error:
            self.steps[step] = self.refused(service, error)
            return None
        for identifier, called in names(answer).items() if names else ():
            self.name(called, identifier)
        self.steps[step] = self.plain(answer)
        return answer

    def refused(self, service, error):
        said = {
            "error": error.response["Error"]["Code"],
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
            "modelled": type(error) is not ClientError,
        }
        if service == "identitystore":
            said["message"] = error.response["Error"]["Message"]
        return said

    def plain(self, value):
        """Without what two servers cannot have in common: ids, times, the order of lists."""
        if isinstance(value, dict):
            return {key: self.plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
        if isinstance(value, list):
            return sorted((self.plain(inner) for inner in value), key=json.dumps)
        if isinstance(value, datetime.datetime):
            return "<time>"
        if isinstance(value, str):
            for identifier in sorted(self.names, key=len, reverse=True):
                value = value.replace(identifier, self.names[identifier])
            return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", value)
        return value

    def print(self):
        print(json.dumps({"steps": self.steps, "operations": self.operations}, indent=1))
