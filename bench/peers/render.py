#!/usr/bin/python3
"""render.py [--pure] MANIFEST: providers.yaml to OpenCode's two files, with PyYAML and Jinja2.

The config is a template as a whole; in auth.json all other logins stay. Each file is written only when
it changes. --pure: without the part of PyYAML that is written in C. MANIFEST may be JSON, too.
"""
import json
import os
import subprocess
import sys

from jinja2 import Environment, FileSystemLoader


def read_manifest(path, pure):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".json"):
            return json.load(file)
        import yaml

        fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(file, Loader=yaml.SafeLoader if pure else fast)


def key_of(provider):
    key = os.environ.get("OPGEN_KEY_" + provider.upper().replace("-", "_"))
    if key:
        return key
    lookup = ["secret-tool", "lookup", "service", "opgen", "username", provider]
    return subprocess.run(lookup, check=True, capture_output=True, text=True).stdout


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def write(path, text, mode):
    if read(path) == text:
        return
    descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


manifest = read_manifest(sys.argv[-1], "--pure" in sys.argv)
config = os.path.join(os.environ["XDG_CONFIG_HOME"], "opencode", "opencode.json")
auth = os.path.join(os.environ["XDG_DATA_HOME"], "opencode", "auth.json")

templates = Environment(loader=FileSystemLoader(os.path.dirname(__file__)))
write(config, templates.get_template("opencode.json.j2").render(manifest), 0o644)

logins = json.loads(read(auth) or "{}")
for provider in manifest["providers"]:
    logins[provider] = {"type": "api", "key": key_of(provider)}
write(auth, json.dumps(logins, indent=2), 0o600)
