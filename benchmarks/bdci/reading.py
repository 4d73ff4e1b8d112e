"""One row a firm from the public files: registration by our own intake and features, the side tables by what was filed and what was left out.

Nothing here knows a label. The `id` is never a value: its digits follow the registering office.
"""

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from screening import pipeline
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

RECEIVED = date(2020, 11, 1)  # the competition's own time
_BY_INTAKE = (
    "e.reg_no, industry_letter, industry_code, ent_type_code, street_code_biz, employees::DOUBLE AS employees, paid_capital_yuan"
)
_BY_FEATURES = "f.reg_capital_yuan, f.paid_capital_share, f.sector, f.is_sector_certain"
_CODES = ["enttype", "enttypeitem", "enttypeminu", "regtype", "venind", "compform", "protype", "adbusign", "townsign", "state"]
_COUNTS = ["parnum", "exenum", "congro", "forregcap", "forreccap"]


def read_firms(folder: Path) -> pd.DataFrame:
    """Every firm of `base_info.csv`, by id: codes as text, numbers as floats, NaN where nothing is said."""
    firms = _registered(folder).join(_left_over(folder), how="left")
    firms = firms.join(_capital(firms["reg_capital_yuan"]))
    for side in (_annual_reports(folder), _taxes(folder), _news(folder), _judgments(folder)):
        firms = firms.join(side, how="left")
    for name in ("reports", "taxes", "news", "judgments_filed"):
        firms[f"has_{name}"] = firms[name].notna().astype(float)
    return firms


def _registered(folder: Path) -> pd.DataFrame:
    """What the intake made of the registration table, and the features that it feeds."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "var"
        settings = Settings(
            home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}", rules=PROJECT_ROOT / "rules"
        )
        workspace = Workspace(settings)
        receipt = pipeline.load(workspace, [folder / "base_info.csv"], kind=Kind.ENTITIES, received=RECEIVED, source="bdci")
        entry = receipt.files[0]
        assert entry["rows_read"] == entry["accepted"] and not entry["error"], entry["message"]
        with pipeline.screened(workspace, settings.rules, RECEIVED) as connection:
            firms = connection.execute(
                f"SELECT {_BY_INTAKE}, {_BY_FEATURES} FROM entities e JOIN features f USING (entity_id)"
            ).df()
        workspace.register.close()
    firms = firms.rename(columns={"reg_no": "id"}).set_index("id")
    code = firms["industry_code"].fillna("0").str.zfill(4)
    firms["industry_group"], firms["industry_division"] = code.str[:3], code.str[:2]
    firms["industry_code"] = code
    firms["sector"] = firms["sector"].where(firms.pop("is_sector_certain"), "unknown")
    return firms


def _left_over(folder: Path) -> pd.DataFrame:
    """Columns of the registration table for which the dictionary has no name."""
    raw = pd.read_csv(folder / "base_info.csv", dtype={"id": str, "orgid": str, "jobid": str}).set_index("id")
    found = pd.DataFrame(index=raw.index)
    for name in _CODES:
        found[name] = raw[name].astype(float).fillna(-1).astype(int).astype(str)
    found["office"], found["post"] = raw["orgid"], raw["jobid"]
    found["post_number"] = raw["jobid"].str[-12:].astype(float)
    for name in _COUNTS:
        found[name] = raw[name].astype(float)
    found["cells_empty"] = raw.isna().sum(axis=1).astype(float)
    found["executives_per_partner"] = raw["exenum"] / raw["parnum"].where(raw["parnum"] > 0)
    for name in ("office", "post"):
        found[f"firms_of_{name}"] = found[name].map(found[name].value_counts()).astype(float)
    found["firms_of_class"] = raw["industryco"].map(raw["industryco"].value_counts()).astype(float)
    found["yuan_a_head"] = (raw["regcap"] / raw["empnum"].where(raw["empnum"] > 0)) * 10_000
    return found


def _capital(yuan: pd.Series) -> pd.DataFrame:
    """How round a capital is (10,000,000 is round, 422,050,000 is not), and how many firms have exactly so much."""
    digits = yuan.where(yuan > 0).round().map(lambda value: str(int(value)), na_action="ignore")
    significant = digits.map(lambda text: len(text.rstrip("0")), na_action="ignore").astype(float)
    zeros = digits.map(len, na_action="ignore").astype(float) - significant
    return pd.DataFrame(
        {"capital_digits": significant, "capital_zeros": zeros, "firms_of_capital": yuan.map(yuan.value_counts()).astype(float)}
    )


def _annual_reports(folder: Path) -> pd.DataFrame:
    """What was reported of all years together: means and extremes, and what was left empty."""
    rows = pd.read_csv(folder / "annual_report_info.csv").sort_values(["id", "ANCHEYEAR"])
    by_firm = rows.groupby("id")
    found = pd.DataFrame(
        {
            "reports": by_firm.size(),
            "first_report_year": by_firm["ANCHEYEAR"].min(),
            "last_report_year": by_firm["ANCHEYEAR"].max(),
            "business_texts": by_firm["BUSSTNAME"].count(),
            "staff_change": by_firm["EMPNUM"].last() - by_firm["EMPNUM"].first(),
            "last_business": by_firm["BUSSTNAME"].last(),
        }
    )
    for name in ("FUNDAM", "EMPNUM", "COLGRANUM", "COLEMPLNUM", "UNEEMPLNUM", "DISEMPLNUM", "RETEMPLNUM"):
        found[f"{name.lower()}_mean"], found[f"{name.lower()}_max"] = by_firm[name].mean(), by_firm[name].max()
        found[f"{name.lower()}_filled"] = by_firm[name].count()
    for name in ("EMPNUMSIGN", "STATE", "WEBSITSIGN", "FORINVESTSIGN", "STOCKTRANSIGN", "PUBSTATE"):
        found[f"{name.lower()}_mean"], found[f"{name.lower()}_min"] = by_firm[name].mean(), by_firm[name].min()
        found[f"{name.lower()}_filled"] = by_firm[name].count()
    return found


def _taxes(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "tax_info.csv", parse_dates=["START_DATE", "END_DATE"])
    by_firm = rows.groupby("id")
    return pd.DataFrame(
        {
            "taxes": by_firm.size(),
            "tax_sum": by_firm["TAX_AMOUNT"].sum(),
            "tax_mean": by_firm["TAX_AMOUNT"].mean(),
            "tax_lowest": by_firm["TAX_AMOUNT"].min(),
            "tax_kinds": by_firm["TAX_CATEGORIES"].nunique(),
            "tax_items": by_firm["TAX_ITEMS"].nunique(),
            "tax_basis_max": by_firm["TAXATION_BASIS"].max(),
            "tax_deduction": by_firm["DEDUCTION"].sum(),
            "tax_first_year": by_firm["START_DATE"].min().dt.year,
            "tax_last_year": by_firm["END_DATE"].max().dt.year,
        }
    )


def _news(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "news_info.csv")
    year = pd.to_datetime(rows["public_date"], errors="coerce").dt.year
    found = pd.DataFrame({"news": rows.groupby("id").size()})
    for name, tone in (("news_good", "积极"), ("news_neutral", "中立"), ("news_bad", "消极")):
        found[name] = rows[rows["positive_negtive"] == tone].groupby("id").size()
    found = found.fillna(0.0)
    found["news_bad_share"] = found["news_bad"] / found["news"]
    found["news_first_year"], found["news_last_year"] = year.groupby(rows["id"]).min(), year.groupby(rows["id"]).max()
    return found


def _judgments(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "other_info.csv")
    found = rows.groupby("id").sum(min_count=1).astype(np.float64)
    found.columns = pd.Index(["judgments", "brands", "patents"])
    found["judgments_filed"] = 1.0
    return found
