"""Reads FOLDER/sample.FORMAT with the readers of `tests/referees/judge.py` and prints MB/s of each.

    python speed.py FOLDER

Each file is read whole, once, in this process; what a reader loads at its first call is loaded before.
"""

import contextlib
import io
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/referees"))
import judge  # noqa: E402

READERS = {
    "brat": judge.brat,
    "spacy": judge.spacy_json,
    "huggingface": judge.hugging_face,
    "conll": judge.conll,
    "conllup": judge.conllup,
    "xmi": judge.xmi,
    "cas-json": judge.cas_json,
    "bdoc": judge.bdoc,
    "gate-xml": judge.gate_xml,
    "tei": judge.tei,
}

for name, read in READERS.items():
    path = Path(sys.argv[1]) / f"sample.{name}"
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = read(path)
    seconds = time.perf_counter() - start
    assert found
    print(f"{name} {path.stat().st_size / 1e6 / seconds:.3f}")
