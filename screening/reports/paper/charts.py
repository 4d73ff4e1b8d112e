"""Charts as pictures, in the fonts a Chinese machine has. Where it has none, there is no chart rather than one full of empty boxes."""

import io
from collections.abc import Mapping, Sequence

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# The first that is installed is used: Windows, macOS, Linux.
_FONTS = (
    "FangSong", "SimSun", "Microsoft YaHei", "SimHei", "Songti SC", "PingFang SC", "Heiti SC", "Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans SC",
)  # fmt: skip
_SHADES = ("#333333", "#8C8C8C", "#C8C8C8", "#5B7083")
_DPI = 200


def chinese_font() -> str | None:
    """The font charts are written in; None where no installed font has the characters."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS if name in installed), None)


def bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], unit: str) -> bytes | None:
    """Groups of bars, one shade a series, as PNG; None where no font can write it."""
    font = chinese_font()
    if font is None or not labels:
        return None
    figure = Figure(figsize=(6.2, 2.1), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    width = 0.8 / len(series)
    for number, (name, values) in enumerate(series.items()):
        places = [place + (number - (len(series) - 1) / 2) * width for place in range(len(labels))]
        drawn = axes.bar(places, list(values), width * 0.92, label=name, color=_SHADES[number % len(_SHADES)])
        axes.bar_label(drawn, fontsize=7, fontfamily=font, padding=1)
    _dress(axes, labels, unit, font)
    axes.set_ylim(0, 1.15 * max(1, *(value for values in series.values() for value in values)))  # of nothing but noughts, too
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _dress(axes: Axes, labels: Sequence[str], unit: str, font: str) -> None:
    axes.set_xticks(range(len(labels)), labels, fontfamily=font, fontsize=8)
    axes.set_ylabel(unit, fontfamily=font, fontsize=8, rotation=0, labelpad=10)
    axes.tick_params(axis="y", labelsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(prop={"family": font, "size": 8}, frameon=False, ncols=4, loc="upper left", bbox_to_anchor=(0, 1.18))
