"""Columns put right in the upload room: seen before anything is stored, refused when they cannot be, remembered, and forgotten again."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from screening.reports.returned import write_returned
from screening.settings import Settings
from screening.store.register import Batch
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.jobs import JobKind, board_of
from screening.ui.places import UPLOAD
from screening.vocabulary import Kind
from tests.ui.conftest import person, work
from tests.ui.test_pages import shown

OpenApp = Callable[..., AppTest]
CODE = "91440803MA9X01372Y"
STRANGE = "商户,代号,啥地儿\n甲典当有限公司,{code},人民路1号\n乙打金店,,解放路2号\n,,和平路3号\n"
KIND = Kind.ENTITIES.label


def choose(app: AppTest, text: str, name: str = "商户.csv") -> AppTest:
    """One file in the box, its kind named."""
    app.file_uploader(key="upload.files").set_value([(name, text.encode("gb18030"), "text/csv")]).run()
    return app.selectbox(key="upload.kind").set_value(KIND).run()


def boxes(app: AppTest) -> dict[str, object]:
    """The choice for each delivered column, by its heading."""
    return {box.label.split("”")[0].strip("“"): box for box in app.selectbox if (box.key or "").startswith("upload.columns.")}


def set_columns(app: AppTest, said: dict[str, str]) -> AppTest:
    """Choose a canonical column for headings."""
    for heading, name in said.items():
        boxes(app)[heading].set_value(name).run()  # type: ignore[attr-defined]
    return app


def batches(home: Path) -> Sequence[Batch]:
    """What is stored and counts."""
    workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
    found = workspace.register.batches()
    workspace.register.close()
    return found


@pytest.fixture
def mapped(open_app: OpenApp, tmp_path: Path) -> AppTest:
    """A file with headings nobody knows, its columns put right and previewed."""
    app = work(choose(open_app(tmp_path, UPLOAD), STRANGE.format(code=CODE)), "upload.preview")
    assert "必需的列" in app.error[0].value
    assert list(boxes(app)) == ["商户", "代号", "啥地儿"]
    assert "甲典当有限公司" in app.selectbox[1].label.replace("\\", "")  # the first cell under it, as an example
    return work(set_columns(app, {"商户": "name", "代号": "uscc", "啥地儿": "address_reg"}), "upload.again")


def test_a_file_nobody_can_read_is_mapped_previewed_and_stored(mapped: AppTest, tmp_path: Path) -> None:
    assert not mapped.error
    rows = mapped.dataframe[0].value
    assert list(rows["企业名称"]) == ["甲典当有限公司", "乙打金店"]
    assert list(rows["住所"]) == ["人民路1号", "解放路2号"]
    assert words.PREVIEW_ONLY in shown(mapped)
    assert not batches(tmp_path)
    app = work(mapped, "upload.load")
    assert "已入库 2 行" in shown(app)
    assert "人工改过列的对应：“商户”读作“企业名称”" in shown(app)
    (batch,) = batches(tmp_path)
    assert batch.receipt["tables"][0]["corrected"] == {"商户": "name", "代号": "uscc", "啥地儿": "address_reg"}


def test_what_was_changed_must_be_seen_before_it_is_stored(mapped: AppTest) -> None:
    app = set_columns(mapped, {"啥地儿": "address_biz"})
    assert words.COLUMNS_CHANGED in shown(app)
    assert app.button(key="upload.load").disabled
    assert not work(app, "upload.again").button(key="upload.load").disabled


@pytest.mark.parametrize(("said", "sentence"), [({"代号": "name"}, "都对应到“企业名称”"), ({"商户": "", "代号": ""}, "必须有")])
def test_what_cannot_be_is_refused_before_anything_is_read(mapped: AppTest, said: dict[str, str], sentence: str) -> None:
    app = set_columns(mapped, said)
    assert any(sentence in error.value.replace("\\", "") for error in app.error)
    assert app.button(key="upload.again").disabled
    assert app.button(key="upload.load").disabled


def test_the_next_file_is_read_as_the_last_one_until_that_is_forgotten(
    mapped: AppTest, open_app: OpenApp, tmp_path: Path
) -> None:
    work(mapped, "upload.load")
    app = work(choose(open_app(tmp_path, UPLOAD), "啥地儿,商户,代号\n东街1号,丙店,\n", "下月.csv"), "upload.preview")
    assert "按上次的对应读" in shown(app)
    assert person().actor.signature in shown(app)
    assert list(app.dataframe[0].value["企业名称"]) == ["丙店"]
    app = work(app, "upload.forget.0.0")
    assert "按上次的对应读" not in shown(app)
    app = work(app, "upload.preview")
    assert "必需的列" in app.error[0].value


def test_other_files_put_the_preview_away(mapped: AppTest) -> None:
    app = mapped.file_uploader(key="upload.files").set_value([("别的.csv", b"a,b\n1,2\n", "text/csv")]).run()
    assert words.PREVIEW_ONLY not in shown(app)
    assert not boxes(app)


def test_rejected_rows_come_back_as_the_delivered_table_and_are_taken_once_mended(
    mapped: AppTest, open_app: OpenApp, tmp_path: Path
) -> None:
    app = work(mapped, "upload.load")
    home = Settings(home=tmp_path, database_url=f"sqlite:///{(tmp_path / 'register.sqlite').as_posix()}")
    job = board_of(home).last(JobKind.LOAD, person().actor)
    assert job is not None
    from_room = [button for button in app.get("download_button") if "退回" in str(button)]
    assert len(from_room) == 1
    book = openpyxl.load_workbook(io.BytesIO(mended(job.result.files)))
    assert len(book.sheetnames) == 1
    again = io.BytesIO()
    book.save(again)
    app = open_app(tmp_path, UPLOAD)
    app.file_uploader(key="upload.files").set_value([("退回补正.xlsx", again.getvalue(), "")]).run()
    app = work(app, "upload.load")  # its columns were put right once: that holds for the mended rows as well
    assert "已入库 1 行" in shown(app)
    assert not app.error


def mended(entries: Sequence[dict[str, object]]) -> bytes:
    """The workbook of rejected rows with the name filled in."""
    book = openpyxl.load_workbook(io.BytesIO(write_returned(entries)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["退回原因", "商户", "代号", "啥地儿"]
    assert sheet["D2"].value == "和平路3号"
    sheet["B2"] = "丁典当有限公司"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
