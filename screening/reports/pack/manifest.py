"""The list of a pack's files with their SHA-256, and the walk that holds a pack against its list.

A pack is stored, not packed, in an order and with dates that never change, so that it can be built again from its own files and compared byte by byte: a
flipped bit between the files is found like one within.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from screening.errors import InvalidFile
from screening.reports.paper.sealed import zipped

MANIFEST = "清单.json"
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    UnicodeDecodeError,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    RuntimeError,
)
_FORMAT = "fangfei-pack-1"


@dataclass
class Verdict:
    """What is wrong with a pack; sound without faults. `content` is the digest of everything in it, as its manifest says."""

    case_id: str
    content: str
    files: int
    faults: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """No fault."""
        return not self.faults


def packed(case_id: str, entries: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """The zip with its manifest; `about` is said in it beside the files."""
    return zipped({**entries, MANIFEST: _manifest(case_id, entries, about)}, packed=False)


def content_digest(hashes: Mapping[str, str]) -> str:
    """One digest of all files: what is printed, and compared between two packs of a case."""
    return hashlib.sha256("\n".join(f"{hashes[name]}  {name}" for name in sorted(hashes)).encode()).hexdigest()


def verify(content: bytes) -> Verdict:
    """Hold a pack against its own list; raises `InvalidFile` for what is no pack at all."""
    entries, damaged = _entries(content)
    manifest = _read_manifest(entries)
    said: dict[str, str] = manifest["files"]
    verdict = Verdict(str(manifest.get("case", "")), str(manifest.get("content", "")), len(said))
    found = {name: hashlib.sha256(data).hexdigest() for name, data in entries.items() if name != MANIFEST} | dict.fromkeys(
        damaged, ""
    )
    verdict.faults += [f"{name} 被改动过" for name in sorted(said.keys() & found.keys()) if said[name] != found[name]]
    verdict.faults += [f"{name} 不见了" for name in sorted(said.keys() - found.keys())]
    verdict.faults += [f"{name} 是后来加进来的" for name in sorted(found.keys() - said.keys())]
    if content_digest(said) != manifest.get("content"):
        verdict.faults.append(f"{MANIFEST} 被改动过：总指纹与所列各文件不符")
    elif _canonical(manifest) != entries[MANIFEST]:
        verdict.faults.append(f"{MANIFEST} 被改动过")
    if not verdict.faults and zipped(entries, packed=False) != content:
        verdict.faults.append("压缩包本身被改动过（文件之间的字节）")
    return verdict


def _manifest(case_id: str, entries: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in entries.items()}
    return _canonical(
        {"format": _FORMAT, "case": case_id, "content": content_digest(hashes), "files": hashes, "about": dict(about)}
    )


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _entries(content: bytes) -> tuple[dict[str, bytes], set[str]]:
    """The files by name, and the names of those the zip itself cannot give back."""
    found, damaged = dict[str, bytes](), set[str]()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                try:
                    found[entry.filename] = archive.read(entry)
                except _BROKEN:
                    damaged.add(entry.filename)
    except _BROKEN as error:
        raise InvalidFile("不是完整的材料包，或已被改动", "请用原来的材料包核对。", {"error": str(error)}) from error
    return found, damaged


def _read_manifest(entries: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(entries[MANIFEST])
        is_ours = manifest["format"] == _FORMAT and all(isinstance(v, str) for v in manifest["files"].values())
    except (KeyError, ValueError, TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise InvalidFile(f"材料包的 {MANIFEST} 不见了或被改动过", "请用原来的材料包核对。")
    return dict(manifest)
