"""Reads texts with spaCy and prints MB/s and the peak of memory in MB.

    python speed.py MODEL TEXTS

TEXTS is JSONL with a "text" on each line, or one plain text. Each text is read as a whole, warm, one after the other.
"""

import json
import os
import resource
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import spacy  # noqa: E402, after the number of threads

name, path = sys.argv[1:3]
with open(path, encoding="utf-8") as file:
    content = file.read()
texts = [json.loads(line)["text"] for line in content.splitlines() if line.strip()] if path.endswith(".jsonl") else [content]
size = sum(len(text.encode()) for text in texts)
nlp = spacy.load(name)
if not any(nlp(text).ents for text in texts[:5]):
    sys.exit(f"{name} found nothing at all")
start = time.perf_counter()
for text in texts:
    doc = nlp(text)
    list(doc.ents), list(doc.noun_chunks)
seconds = time.perf_counter() - start
print(f"{size / 1e6 / seconds:.4f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
