"""SimHash of a text: near-equal texts have near-equal fingerprints.

Source: Charikar, Similarity estimation techniques from rounding algorithms (STOC 2002); Manku et al. (WWW 2007) for 64 bits and distance 3.
"""

import re

import numpy as np

_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xBF58476D1CE4E5B9))

_PUNCTUATION = re.compile(r"\W{1,9}")


def simhash(text: str) -> int:
    """64-bit fingerprint over character pairs of a normalised text, punctuation left out, as a signed integer; 0 for a text shorter than two characters."""
    codes = np.frombuffer(_PUNCTUATION.sub("", text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if codes.size < 2:
        return 0
    pairs = codes[:-1] * _MULTIPLIERS[0] + codes[1:] * _MULTIPLIERS[1]
    pairs = (pairs ^ (pairs >> np.uint64(29))) * _MULTIPLIERS[2]
    pairs ^= pairs >> np.uint64(32)
    bits = np.unpackbits(pairs.view(np.uint8)).reshape(-1, 64)
    return int(np.packbits(bits.sum(axis=0) * 2 > len(bits)).view(np.int64)[0])
