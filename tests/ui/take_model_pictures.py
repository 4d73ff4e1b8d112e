"""Pictures for `docs/` of a model that won, which the sample months have too few visits for: an invented district, trained, proposed, approved, scored.

Run: `.venv/bin/python -m tests.ui.take_model_pictures --out docs/pictures`.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from screening import pipeline
from screening.access import OPERATOR
from screening.learning.schooling import learn
from screening.model.publishing import approve, propose
from screening.scoring.ranking import Filter, find_run, ranked
from screening.ui import words
from screening.ui.places import ENTITY, MODEL
from screening.vocabulary import Role
from tests.learning.office import build_office
from tests.ui.conftest import ARGUMENTS, PASSPHRASE, person, served
from tests.ui.take_pictures import LOOKS, photograph
from tests.ui.walking import Walker

TALL = {"desktop": (1366, 1400), "phone": (390, 1900)}  # so that the shapes are on the picture


def main() -> None:
    """Build the office, let its model win, and photograph its room and what it says of one entity."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=Path("docs/pictures"))
    out: Path = options.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        home, entity = won(Path(folder))
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for look, (theme, _) in LOOKS.items():
                walker = Walker(browser, address, Role.CHIEF.value, PASSPHRASE, TALL[look.partition("-")[2]], theme=theme)
                photograph(walker, f"/{MODEL.name}", out / f"model-won-{look}.png")
                tab = words.TAB_MODEL
                photograph(walker, f"/{ENTITY.name}?entity={entity}", out / f"entity-model-{look}.png", tab=tab)
                walker.page.context.close()
            browser.close()


def won(folder: Path) -> tuple[Path, str]:
    """The home of an office whose model scores, and the entity it puts first."""
    workspace = build_office(folder)
    card = learn(workspace, actor=OPERATOR).card
    assert card is not None, "the invented district has outcomes enough"
    propose(workspace, card.version, actor=person(Role.OFFICER, name="测试经办").actor, note="后期结果上胜出")
    approve(workspace, card.version, actor=person(Role.CHIEF, name="测试负责人").actor, note="同意")
    run = pipeline.score(workspace, as_of=find_run(workspace).as_of)
    entity = ranked(workspace, run, Filter(top=1), actor=OPERATOR)[0].entity_id
    home = workspace.home
    workspace.register.close()
    return home, entity


if __name__ == "__main__":
    main()
