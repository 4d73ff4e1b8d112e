"""`screening demo` and `screening serve`: the invented sample months screened, and the dashboard opened."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from screening import follow_up, pipeline
from screening.accounts.samples import SAMPLE_ACCOUNTS, sample_password
from screening.cases.casebook import Casebook
from screening.cli.options import open_workspace
from screening.cli.printing import err, progress_bar
from screening.cli.users import tell_first_administrator
from screening.settings import PROJECT_ROOT, read_settings
from screening.store.workspace import Workspace


def demo(serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="评分后打开看板。")] = True) -> None:
    """The sample month by month, its alerts as cases, one account a role."""
    sample = read_settings().sample
    with open_workspace() as workspace, progress_bar() as report:
        for month in sorted(folder for folder in sample.iterdir() if folder.is_dir() and folder.name[:2] == "20"):
            files = sorted(path for path in month.iterdir() if path.is_file() and not path.name.startswith("."))
            received = pipeline.month_end(month.name)
            receipt = pipeline.load(workspace, files, kind=None, received=received, progress=report)
            read, accepted = (sum(entry[key] for entry in receipt.files) for key in ("rows_read", "accepted"))
            run = follow_up.score(workspace, as_of=received, progress=report)
            err.print(
                f"{month.name}：{len(files)} 个文件，读入 {read} 行，入库 {accepted} 行；评分 {run.run_id}，{run.summary['entities']} 户。"
            )
        follow_up.raise_from_run(Casebook(workspace), run, at=datetime.now(UTC))
        _tell_sample_accounts(workspace)
    if serve_after:
        serve()


def _tell_sample_accounts(workspace: Workspace) -> None:
    """How to come in and look at the sample as each role would; never beside an office's own files."""
    tell_first_administrator(workspace)
    if password := sample_password(workspace):
        err.print("示例账号（只在示例资料的工作目录里有；密码每次运行 demo 都重新生成）：")
        for login, name, unit, role, _ in SAMPLE_ACCOUNTS:
            err.print(f"  {login:<10} {role.label}（{name}，{unit}）", markup=False)
        err.print(f"  以上账号的密码都是  {password}", markup=False)


def serve(port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。")] = 8501) -> None:
    """Serve the dashboard on this machine until told to stop."""
    with open_workspace() as workspace:
        tell_first_administrator(workspace)
        sealed_with = workspace.register.secret(
            "dashboard"
        )  # one for all servers: what one sealed in a browser another must be able to open
    err.print(f"看板地址：http://127.0.0.1:{port} （只在本机可访问；按 Ctrl+C 结束）")
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(PROJECT_ROOT / "app.py"),
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    known = {"SCREENING_HOME": str(read_settings().home), "STREAMLIT_SERVER_COOKIE_SECRET": sealed_with}
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=os.environ | known) as dashboard:
        signal.signal(signal.SIGTERM, lambda *_: dashboard.terminate())  # whoever stops us stops the dashboard
        raise typer.Exit(dashboard.wait())
