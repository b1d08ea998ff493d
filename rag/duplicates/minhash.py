"""MinHash signatures by datasketch, the only module that imports it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 256
VERSION = 1
"""Of the stored signatures; a change of the shingles, the permutations or datasketch's scheme is a new version."""
_SEED = 1

Signature = npt.NDArray[np.uint8]


def signature(shingles: Collection[str]) -> Signature:
    """uint8 (PERMUTATIONS,): the lowest byte of every minimum ("b-bit minwise hashing", b = 8).

    A byte says as much as the whole number but for one chance in 256 of agreeing by accident.
    """
    from datasketch import MinHash

    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme="affine32")
    sketch.update_batch([shingle.encode() for shingle in shingles])
    lowest: Signature = (sketch.hashvalues & 0xFF).astype(np.uint8)
    return lowest


def resemblance(signatures: Signature, own: Signature) -> npt.NDArray[np.float64]:
    """The estimated Jaccard similarity of each row of uint8 (n, PERMUTATIONS) to one signature, float64 (n,)."""
    equal = np.count_nonzero(signatures == own, axis=1) / PERMUTATIONS
    corrected: npt.NDArray[np.float64] = np.maximum(0.0, (equal - 1 / 256) / (1 - 1 / 256))
    return corrected
