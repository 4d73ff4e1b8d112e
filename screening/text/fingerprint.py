"""SimHash of a text: near-equal texts have near-equal fingerprints.

Source: Charikar, Similarity estimation techniques from rounding algorithms (STOC 2002); Manku et al. (WWW 2007) for 64 bits and distance 3.
"""

import re
from collections.abc import Sequence

import numpy as np

_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xBF58476D1CE4E5B9))
_AT_ONCE = 100  # texts; each of their characters takes some hundred bytes meanwhile
_PUNCTUATION = re.compile(r"\W{1,9}")


def simhash(texts: Sequence[str]) -> list[int]:
    """64-bit fingerprints over character pairs of normalised texts, punctuation left out, as signed integers; 0 for a text shorter than two characters."""
    stripped = [_PUNCTUATION.sub("", text).encode("utf-32-le", "surrogatepass") for text in texts]
    with_pairs = [place for place, text in enumerate(stripped) if len(text) > 4]
    found = [0] * len(stripped)
    for first in range(0, len(with_pairs), _AT_ONCE):
        some = with_pairs[first : first + _AT_ONCE]
        for place, fingerprint in zip(some, _fingerprints([stripped[place] for place in some]), strict=True):
            found[place] = fingerprint
    return found


def _fingerprints(texts: list[bytes]) -> list[int]:
    """Of texts of two characters and more: each bit is what most of their pairs say."""
    codes = np.frombuffer(b"".join(texts), dtype=np.uint32).astype(np.uint64)
    hashed = codes[:-1] * _MULTIPLIERS[0] + codes[1:] * _MULTIPLIERS[1]
    hashed = (hashed ^ (hashed >> np.uint64(29))) * _MULTIPLIERS[2]
    hashed ^= hashed >> np.uint64(32)
    pairs = np.array([len(text) // 4 - 1 for text in texts])
    begins = np.cumsum(pairs + 1) - pairs - 1
    bits = np.unpackbits(hashed.view(np.uint8)).reshape(-1, 64)
    # Every second stretch is the one pair of a text's last character and the next one's first, which belongs to none.
    stretches = np.stack([begins, begins + pairs], axis=1).ravel()[:-1]
    counts = np.add.reduceat(bits, stretches, axis=0, dtype=np.int32)[::2]
    fingerprints: list[int] = np.packbits(counts * 2 > pairs[:, None], axis=1).view(np.int64)[:, 0].tolist()
    return fingerprints
