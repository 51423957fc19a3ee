"""Prepares an empty Bugsink: its tables, one project, one token. Prints the keys of both as JSON."""
import json

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from bsmain.models import AuthToken  # noqa: E402
from projects.models import Project  # noqa: E402

project = Project.objects.create(name="aragora", slug="aragora")
token = AuthToken.create_full_access().token
print(json.dumps({"project": project.id, "key": project.sentry_key.hex, "token": token}))
