"""Programs by others write what they made of Attaché's files, and Attaché must read the same articles out of theirs.

    scribe.py write FOLDER             FOLDER/sample.FORMAT read and written again, as FOLDER/again/NAME
    scribe.py compare SAMPLE FOLDER    FOLDER/again/NAME.jsonl, as Attaché read it, beside the articles of the sample
"""

import io
import json
import sys
import zipfile
from pathlib import Path

from judge import annotation_context, expected, without_space

SAMPLE = Path(__file__).with_name("sample.jsonl")


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}


def packed(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def brat(folder, again):
    import bioc.brat

    files, written = unpacked(folder / "sample.brat"), {}
    for name in [name for name in files if name.endswith(".ann")]:
        text = files[name[:-4] + ".txt"].decode("utf-8")
        document = bioc.brat.load(io.StringIO(text, newline=""), io.StringIO(files[name].decode("utf-8"), newline=""))
        out_text, out_ann = io.StringIO(newline=""), io.StringIO(newline="")
        bioc.brat.dump(document, out_text, out_ann)
        written[name[:-4] + ".txt"], written[name] = out_text.getvalue(), out_ann.getvalue()
    packed(again / "bioc.brat.zip", written)


def bdoc(folder, again):
    from gatenlp import Document

    for unit in "pj":
        documents = []
        for item in json.loads((folder / "sample.bdoc").read_text(encoding="utf-8")):
            document = Document.load_mem(json.dumps(item), fmt="bdocjs")
            documents.append(json.loads(document.save_mem(fmt="bdocjs", offset_type=unit)))
        (again / f"gatenlp-{unit}.bdocjs").write_text(json.dumps(documents), encoding="utf-8")


def cas(folder, again):
    import cassis

    files = unpacked(folder / "sample.xmi")
    types = cassis.load_typesystem(io.BytesIO(files["TypeSystem.xml"]))
    as_xmi, as_json = {"TypeSystem.xml": types.to_xml()}, {}
    for name in [name for name in files if name.endswith(".xmi")]:
        document = cassis.load_cas_from_xmi(io.BytesIO(files[name]), typesystem=types)
        as_xmi[name] = document.to_xmi()
        as_json[name[:-4] + ".json"] = document.to_json()
    packed(again / "cassis-xmi.zip", as_xmi)
    packed(again / "cassis-json.zip", as_json)


def conllup(folder, again):
    import conllu

    content = (folder / "sample.conllup").read_text(encoding="utf-8")
    first = content.split("\n", 1)[0]
    sentences = conllu.parse(content)
    body = "".join(sentence.serialize() for sentence in sentences)
    body = body if body.startswith("# global.columns") else f"{first}\n{body}"
    (again / "conllu.conllup").write_text(body, encoding="utf-8")


def hugging_face(folder, again):
    from datasets import load_dataset

    rows = load_dataset("json", data_files=str(folder / "sample.huggingface"), split="train")
    rows.to_json(str(again / "datasets.jsonl"))


def tei(folder, again):
    from lxml import etree

    etree.parse(str(folder / "sample.tei")).write(str(again / "lxml.tei.xml"), encoding="utf-16", xml_declaration=True)


def spacy_docs(folder, again):
    import spacy
    from spacy.tokens import Doc, DocBin

    vocab, bin = spacy.blank("xx").vocab, DocBin(store_user_data=True)
    for line in (folder / "sample.prodigy").read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        doc = Doc(vocab, words=[it["text"] for it in task["tokens"]], spaces=[it["ws"] for it in task["tokens"]])
        doc.spans["sc"] = [
            spacy.tokens.Span(doc, it["token_start"], it["token_end"] + 1, label=it["label"]) for it in task["spans"]
        ]
        bin.add(doc)
    docs = DocBin().from_bytes(bin.to_bytes()).get_docs(vocab)
    pairs = [
        (doc.text, {"entities": [(it.start_char, it.end_char, it.label_) for it in doc.spans["sc"]]}) for doc in docs
    ]
    (again / "spacy.json").write_text(json.dumps(pairs), encoding="utf-8")


def json_min(folder, again):
    from label_studio_sdk.converter import Converter

    labels = "".join(f'<Label value="{it}"/>' for it in ["OFFICIAL", "ROLE", "TOPIC"])
    config = f'<View><Labels name="label" toName="text">{labels}</Labels><Text name="text" value="$text"/></View>'
    Converter(config, str(folder), download_resources=False).convert_to_json_min(
        str(folder / "sample.label-studio"), str(again), is_dir=False
    )
    (again / "result.json").rename(again / "label-studio-min.json")


def json_ld(folder, again):
    from pyld import jsonld

    jsonld.set_document_loader(annotation_context)
    collections = json.loads((folder / "sample.w3c").read_text(encoding="utf-8"))
    compacted = [jsonld.compact(jsonld.expand(it), "http://www.w3.org/ns/anno.jsonld") for it in collections]
    (again / "pyld.jsonld").write_text(json.dumps(compacted), encoding="utf-8")


def by_bratly(folder, again):
    import bratly

    files = unpacked(folder / "sample.brat")
    for name in [name for name in files if name.endswith(".ann")]:
        entities = []
        for line in [it for it in files[name].decode("utf-8").splitlines() if it.startswith("T")]:
            number, body, words = line.split("\t")
            label, places = body.split(" ", 1)
            pairs = [place.split(" ") for place in places.split(";")]
            fragments = [bratly.Fragment(start=int(start), end=int(end)) for start, end in pairs]
            entities.append(bratly.EntityAnnotation(id=number, label=label, fragments=fragments, content=words))
        files[name] = "\n".join(str(entity) for entity in entities) + "\n"
    packed(again / "bratly.zip", files)


def by_pyconll(folder, again):
    import pyconll

    rows = []
    for line in (folder / "sample.conllup").read_text(encoding="utf-8").split("\n"):
        cells = line.split("\t")
        if len(cells) > 1:
            tag = next((it for it in cells[3:] if it != "O"), "O")
            cells = [cells[0], cells[1], *["_"] * 7, f"{cells[2]}|ner={tag}"]
        rows.append("\t".join(cells))
    # The line on columns is for CoNLL-U Plus alone.
    read = pyconll.load_from_string("\n".join(row for row in rows if not row.startswith("# global.columns")))
    with open(again / "pyconll.conllu", "w", encoding="utf-8") as file:
        read.write(file)


def by_iobes(folder, again):
    import iobes

    sentences = (folder / "sample.conll").read_text(encoding="utf-8").split("\n\n")
    written = []
    for sentence in sentences:
        rows = [row.rsplit(" ", 1) for row in sentence.split("\n") if row]
        tags = iobes.bio_to_bilou([tag for _, tag in rows])
        written.append("\n".join(f"{rest} {tag}" for (rest, _), tag in zip(rows, tags)))
    (again / "iobes.bilou.conll").write_text("\n\n".join(written) + "\n", encoding="utf-8")


def by_pandas(folder, again):
    import pandas

    rows = pandas.read_json(folder / "sample.doccano", lines=True)
    rows.to_json(again / "pandas.jsonl", orient="records", lines=True)


def by_standoffconverter(folder, again):
    from lxml import etree
    from standoffconverter import Standoff

    namespace = "http://www.tei-c.org/ns/1.0"
    corpus = etree.Element(f"{{{namespace}}}teiCorpus", nsmap={None: namespace})
    for name, text, _ in expected(SAMPLE):
        document = etree.fromstring(
            f'<TEI xmlns="{namespace}"><teiHeader/><text><body><ab xml:space="preserve"/></body></text></TEI>'
        )
        block = next(document.iter(f"{{{namespace}}}ab"))
        block.text = text
        standoff = Standoff(etree.ElementTree(document), {"tei": namespace})
        before = standoff.plain.index(text)
        line = next(it for it in SAMPLE.read_text(encoding="utf-8").splitlines() if json.loads(it)["id"] == name)
        for span in json.loads(line)["spans"]:
            place = {"begin": before + span["start"], "end": before + span["end"]}
            standoff.add_inline(**place, tag="rs", depth=None, attrib={"type": span["label"]})
        corpus.append(standoff.tree.getroot())
    etree.ElementTree(corpus).write(str(again / "standoffconverter.tei.xml"), encoding="utf-8", xml_declaration=True)


def write(folder):
    again = folder / "again"
    again.mkdir(exist_ok=True)
    more = [by_bratly, by_pyconll, by_iobes, by_pandas, by_standoffconverter]
    for scribe in [brat, bdoc, cas, conllup, hugging_face, tei, spacy_docs, json_min, json_ld, *more]:
        scribe(folder, again)


def compare(sample, folder):
    def plain(articles):
        return sorted((without_space(text), [(without_space(words), label) for words, label in spans]) for _, text, spans in articles)

    wanted = plain(expected(sample))
    files = sorted((folder / "again").glob("*.read"))
    assert len(files) == 16, files
    for file in files:
        found = plain(expected(file))
        assert len(found) == len(wanted), f"{file.stem}: {len(found)} of {len(wanted)} articles"
        for (text, spans), (own_text, own_spans) in zip(wanted, found):
            assert own_text == text, f"{file.stem}: another text: {own_text[:80]}"
            differing = [pair for pair in zip(spans, own_spans) if pair[0] != pair[1]][:3]
            assert own_spans == spans, f"{file.stem}: {len(own_spans)} of {len(spans)} spans; {differing}"
        print(f"{file.stem}, written by another program, is read as it was")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        compare(sys.argv[2], Path(sys.argv[3]))
