"""The process in which RapidOCR works; run as a script by ``rapid.py``.

Standard input is a page's grey dots, row by row, the arguments its width and height. Standard
output is a JSON list of ``[text, confidence of 0 to 100, left, top, right, bottom]``.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from rapidocr_onnxruntime import RapidOCR

_THREADS = 1


def main() -> int:
    """Recognise the page on standard input."""
    width, height = int(sys.argv[1]), int(sys.argv[2])
    page = np.frombuffer(sys.stdin.buffer.read(), dtype=np.uint8).reshape(height, width)
    threads = {f"{part}intra_op_num_threads": _THREADS for part in ("", "det_", "cls_", "rec_")}
    engine = RapidOCR(**threads)
    # A score of 0: what is unsure is judged by the caller, not dropped here.
    found, _ = engine(np.repeat(page[:, :, None], 3, axis=2), text_score=0.0, use_cls=False)
    boxes = []
    for corners, text, score in found or ():
        across, down = zip(*corners, strict=True)
        boxes.append([text, 100 * float(score), min(across), min(down), max(across), max(down)])
    sys.stdout.write(json.dumps(boxes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
