"""Two real servers on one real PostgreSQL and one shared folder, thirty people, an hour's mixed work compressed to five minutes.

Prints what was done, what was refused as too late, how long deeds took, and every error and difference between what was said and what stands; ends with 1
where there is any. Needs SCREENING_TEST_POSTGRES_URL, a server on which a database may be made and dropped, and Chromium for the browser windows.
Run: `python -m benchmarks.two_servers [--seconds 300] [--think 2] [--no-windows]`. People and firms are invented.
"""

import argparse
import os
import sys
import tempfile
import uuid
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.two_servers.day import spend
from benchmarks.two_servers.windows import walk


def main() -> None:
    """Make a database, spend the day, drop it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--think", type=float, default=2, help="seconds a person thinks between two deeds, in the mean")
    options.add_argument("--entities", type=int, default=1000)
    options.add_argument("--windows", action=argparse.BooleanOptionalAction, default=True)
    wanted = options.parse_args()
    server = sa.create_engine(os.environ["SCREENING_TEST_POSTGRES_URL"], isolation_level="AUTOCOMMIT")
    name = f"t{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            outcome = spend(
                folder,
                server.url.set(database=name).render_as_string(hide_password=False),
                seconds=wanted.seconds,
                think=wanted.think,
                entities=wanted.entities,
                windows=partial(walk, folder=folder) if wanted.windows else None,
            )
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    print(outcome.table())
    sys.exit(bool(outcome.faults))


if __name__ == "__main__":
    main()
