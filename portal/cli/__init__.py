"""The ``portal`` command: everything that is started or done from a shell."""

from __future__ import annotations

import click

from portal.cli.backup import backup
from portal.cli.database import database
from portal.cli.load_demo import demo
from portal.cli.run import run
from portal.cli.search import search
from portal.cli.translations import translations
from portal.cli.worker import worker


@click.group()
@click.version_option(package_name="cluster-portal")
def main() -> None:
    """Run the service portal of the industrial clusters and look after it."""


for command in (run, worker, database, demo, search, backup, translations):
    main.add_command(command)
