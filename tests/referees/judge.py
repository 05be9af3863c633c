"""Readers by others open what Attaché wrote, and must find the same words under the same labels.

    judge.py SAMPLE.jsonl FOLDER

SAMPLE.jsonl holds the articles with their spans in code points, none overlapping another; FOLDER has them as
`sample.FORMAT`, a file for each format. Prints a line for each reader; the first that finds something else ends it.
"""

import io
import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path


def expected(path):
    articles = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        text = article["text"]
        spans = sorted((s["start"], s["end"], s["label"]) for s in article["spans"])
        articles.append((article["id"], text, [(text[start:end], label) for start, end, label in spans]))
    return articles


def brat(path):
    import bioc.brat
    import bratly

    found = []
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".ann"))
        for name in names:
            text = archive.read(name[:-4] + ".txt").decode("utf-8")
            ann = archive.read(name).decode("utf-8")
            for line in [line for line in ann.splitlines() if line.startswith("T")]:
                number, body, words = line.split("\t")
                label, places = body.split(" ", 1)
                pairs = [place.split(" ") for place in places.split(";")]
                fragments = [bratly.Fragment(start=int(start), end=int(end)) for start, end in pairs]
                entity = bratly.EntityAnnotation(id=number, label=label, fragments=fragments, content=words)
                assert str(entity) == line, "bratly writes the line otherwise"
            document = bioc.brat.load(io.StringIO(text, newline=""), io.StringIO(ann, newline=""))
            spans = []
            for entity in document.entities:
                first, last = entity.total_span
                parts = sorted((part.begin, part.end) for part in entity.locations)
                assert entity.text == " ".join(text[begin:end] for begin, end in parts), entity
                spans.append((first, text[first:last], entity.type))
            found.append((name[:-4], text, [(words, label) for _, words, label in sorted(spans)]))
    return found


def label_studio(path):
    from label_studio_sdk.label_interface import LabelInterface

    tasks = json.loads(Path(path).read_text(encoding="utf-8"))
    labels = sorted({r["value"]["labels"][0] for t in tasks for a in t["annotations"] for r in a["result"]})
    choices = "".join(f'<Label value="{label}"/>' for label in labels)
    config = f'<View><Labels name="label" toName="text">{choices}</Labels><Text name="text" value="$text"/></View>'
    interface = LabelInterface(config)
    found = []
    for task in tasks:
        text, spans = task["data"]["text"], []
        for annotation in task["annotations"]:
            assert interface.validate_annotation(annotation), "the SDK refuses an annotation"
            for region in annotation["result"]:
                value = region["value"]
                assert text[value["start"] : value["end"]] == value["text"], region
                spans.append((value["start"], value["text"], value["labels"][0]))
        found.append((task["data"]["name"], text, [(words, label) for _, words, label in sorted(spans)]))
    return found


def prodigy(path):
    import spacy
    from spacy.tokens import Doc

    vocab = spacy.blank("xx").vocab
    found = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        text, spans = task["text"], []
        for token in task["tokens"]:
            assert text[token["start"] : token["end"]] == token["text"], token
        for span in task["spans"]:
            tokens = task["tokens"][span["token_start"] : span["token_end"] + 1]
            doc = Doc(vocab, words=[t["text"] for t in tokens], spaces=[t["ws"] for t in tokens])
            assert tokens[0]["start"] == span["start"] and tokens[-1]["end"] == span["end"], span
            assert len(doc) == len(tokens)
            spans.append((span["start"], text[span["start"] : span["end"]], span["label"]))
        found.append((task["meta"]["name"], text, [(words, label) for _, words, label in sorted(spans)]))
    return found


def doccano(path):
    from backend.data_import.pipeline.parsers import JSONLParser

    parser = JSONLParser(encoding="utf-8")
    found = []
    for row in parser.parse(str(path)):
        units = row["text"].encode("utf-16-le")
        spans = [(start, units[2 * start : 2 * end].decode("utf-16-le"), label) for start, end, label in row["label"]]
        found.append((row["name"], row["text"], [it[1:] for it in sorted(spans)]))
    assert not parser.errors, parser.errors
    return found


def spacy_json(path):
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("xx")
    docs, found = DocBin(store_user_data=True), []
    for text, annotations in json.loads(Path(path).read_text(encoding="utf-8")):
        doc = nlp.make_doc(text)
        spans = [doc.char_span(s, e, label=label, alignment_mode="expand") for s, e, label in annotations["entities"]]
        assert None not in spans, "spaCy finds no such span"
        doc.spans["sc"] = spans
        docs.add(doc)
        found.append((None, text, [(text[s:e], label) for s, e, label in sorted(annotations["entities"])]))
    again = DocBin().from_bytes(docs.to_bytes())
    assert sum(len(doc.spans["sc"]) for doc in again.get_docs(nlp.vocab)) == sum(len(it[2]) for it in found)
    return found


def entities(tokens, tags):
    from seqeval.scheme import IOB2, Entities

    (found,) = Entities([tags], IOB2).entities
    return [(tokens[it.start : it.end], it.tag) for it in found]


def hugging_face(path):
    from datasets import load_dataset

    rows = load_dataset("json", data_files=str(path), split="train")
    found = []
    for row in rows:
        spans = []
        for tokens, label in entities(row["token_offsets"], row["ner_tags"]):
            spans.append((row["text"][tokens[0][0] : tokens[-1][1]], label))
        found.append((row["id"], row["text"], spans))
    return found


def conll(path):
    import iobes

    found = []
    for document in Path(path).read_text(encoding="utf-8").split("-DOCSTART- -X- -X- O\n")[1:]:
        rows = [line.split(" ") for line in document.splitlines() if line]
        assert all(len(row) == 4 for row in rows), "four columns"
        tags = [row[3] for row in rows]
        spans = entities([row[0] for row in rows], tags)
        assert len(iobes.parse_spans_bio(tags)) == len(spans), "iobes finds other spans"
        found.append((None, None, [("".join(tokens), label) for tokens, label in spans]))
    return found


def in_scheme(name):
    """A reader of CoNLL in the scheme that seqeval calls so."""

    def read(path):
        from seqeval import scheme

        found = []
        for document in Path(path).read_text(encoding="utf-8").split("-DOCSTART- -X- -X- O\n")[1:]:
            rows = [line.split(" ") for line in document.splitlines() if line]
            (spans,) = scheme.Entities([[row[3] for row in rows]], getattr(scheme, name)).entities
            words = [("".join(row[0] for row in rows[it.start : it.end]), it.tag) for it in spans]
            found.append((None, None, words))
        return found

    return read


def bdoc(path):
    from gatenlp import Document

    found = []
    for item in json.loads(Path(path).read_text(encoding="utf-8")):
        document = Document.load_mem(json.dumps(item), fmt="bdocjs")
        spans = [(a.start, document[a], a.type) for a in document.annset("attache")]
        found.append((item["name"], document.text, [(words, label) for _, words, label in sorted(spans)]))
    return found


def gate_xml(path):
    from gatenlp import Document

    found = []
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        for name in archive.namelist():
            document = Document.load(archive.extract(name, folder), fmt="gatexml")
            spans = [(a.start, document[a], a.type) for a in document.annset("attache")]
            found.append((name[: -len(".gate.xml")], document.text, [it[1:] for it in sorted(spans)]))
    return found


def cas(document):
    """Named entities as dkpro-cassis has them: it turns UTF-16 into code points."""
    kind = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
    spans = sorted((it.begin, it.end, it.value) for it in document.select(kind))
    for token in document.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"):
        words = token.get_covered_text()
        assert words and words == words.strip(), repr(words)
    text = document.sofa_string
    (meta,) = document.select("de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData")
    return (meta.documentTitle, text, [(text[begin:end], label) for begin, end, label in spans])


def xmi(path):
    import cassis

    with zipfile.ZipFile(path) as archive:
        types = cassis.load_typesystem(io.BytesIO(archive.read("TypeSystem.xml")))
        names = [name for name in archive.namelist() if name.endswith(".xmi")]
        return [cas(cassis.load_cas_from_xmi(io.BytesIO(archive.read(name)), typesystem=types)) for name in names]


def cas_json(path):
    import cassis

    with zipfile.ZipFile(path) as archive:
        files = [io.BytesIO(archive.read(name)) for name in archive.namelist()]
        return [cas(cassis.load_cas_from_json(file)) for file in files]


def conllup(path):
    import conllu
    import pyconll

    # pyconll knows only the ten columns of CoNLL-U.
    rows = [line.split("\t") for line in Path(path).read_text(encoding="utf-8").split("\n")]
    plain = [row if len(row) == 1 else [row[0], row[1], *["_"] * 7, row[2]] for row in rows]
    read = pyconll.load_from_string("\n".join("\t".join(row) for row in plain))
    assert [token.form for sentence in read for token in sentence] == [row[1] for row in rows if len(row) > 1]

    documents = []
    for sentence in conllu.parse(Path(path).read_text(encoding="utf-8")):
        if "newdoc id" in sentence.metadata:
            documents.append([sentence.metadata["newdoc id"], "", []])
        text = ""
        for token in sentence:
            misc = token["misc"] or {}
            space = "" if misc.get("SpaceAfter") == "No" else misc.get("SpacesAfter", " ")
            space = re.sub(r"\\u([0-9A-F]{4})", lambda digits: chr(int(digits[1], 16)), space)
            text += token["form"] + re.sub(r"\\[stnr]", " ", space)
        assert text.split() == sentence.metadata["text"].split(), sentence.metadata
        for column in [name for name in sentence[0] if name.startswith("attache:")]:
            spans = entities(list(sentence), [token[column] for token in sentence])
            for tokens, label in spans:
                start = int(tokens[0]["misc"]["TokenRange"].split(":")[0])
                documents[-1][2].append((start, "".join(token["form"] for token in tokens), label))
    return [(name, None, [it[1:] for it in sorted(spans)]) for name, _, spans in documents]


def tei(path):
    from lxml import etree
    from standoffconverter import Standoff

    space = {"tei": "http://www.tei-c.org/ns/1.0"}
    found = []
    for document in etree.parse(str(path)).findall("tei:TEI", space):
        title = document.findtext(".//tei:title", namespaces=space)
        body = document.find("tei:text/tei:body", space)
        standoff = Standoff(etree.ElementTree(etree.fromstring(etree.tostring(document, with_tail=False))), {"tei": space["tei"]})
        names = ["persName", "roleName", "rs"]
        text = "".join(body.itertext())
        assert standoff.plain.strip() == text.strip(), "standoffconverter has another text"
        spans = []
        for it in standoff.standoffs:
            element, begin, end = it["el"], it["begin"], it["end"]
            if etree.QName(element).localname in names:
                words = "".join(element.itertext())
                assert standoff.plain[begin:end] == words, (begin, end, words)
                spans.append((begin, words, element.get("type")))
        found.append((title, text, [it[1:] for it in sorted(spans)]))
    return found


# The terms of the Web Annotation vocabulary that Attaché writes, as the Recommendation maps them
# (https://www.w3.org/TR/annotation-vocab/#json-ld-context): there is no network here to fetch them from.
TERMS = {
    "oa": "http://www.w3.org/ns/oa#",
    "as": "http://www.w3.org/ns/activitystreams#",
    "id": "@id",
    "type": "@type",
    **{name: f"oa:{name}" for name in ["Annotation", "TextualBody", "TextQuoteSelector", "TextPositionSelector"]},
    **{name: f"oa:{name}" for name in ["tagging", "identifying", "commenting", "assessing"]},
    **{name: f"oa:{name}" for name in ["start", "end", "exact", "prefix", "suffix"]},
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "first": {"@id": "as:first", "@type": "@id"},
    "items": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": "oa:hasPurpose", "@type": "@vocab"},
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
}

OA = "http://www.w3.org/ns/oa#"


def annotation_context(url, options):
    """The context of the Web Annotation model, without asking the net for it."""
    assert url == "http://www.w3.org/ns/anno.jsonld", url
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": TERMS}}


def w3c(path):
    import rdflib
    from pyld import jsonld

    jsonld.set_document_loader(annotation_context)
    found = []
    for collection in json.loads(Path(path).read_text(encoding="utf-8")):
        text = collection["attache:text"]
        quads = jsonld.to_rdf(collection, {"format": "application/n-quads"})
        graph = rdflib.Graph().parse(data=quads, format="nt")
        oa = rdflib.Namespace(OA)

        def said(node, term):
            return next(graph.objects(node, term), None)

        spans = []
        for annotation in graph.subjects(rdflib.RDF.type, oa.Annotation):
            bodies = graph.objects(annotation, oa.hasBody)
            (label,) = [said(body, rdflib.RDF.value) for body in bodies if (body, oa.hasPurpose, oa.tagging) in graph]
            for target in graph.objects(annotation, oa.hasTarget):
                selectors = list(graph.objects(target, oa.hasSelector))
                (start,) = [int(said(it, oa.start)) for it in selectors if said(it, oa.start) is not None]
                (end,) = [int(said(it, oa.end)) for it in selectors if said(it, oa.end) is not None]
                (exact,) = [str(said(it, oa.exact)) for it in selectors if said(it, oa.exact) is not None]
                assert text[start:end] == exact, exact
                spans.append((start, exact, str(label)))
        found.append((collection["label"], text, [it[1:] for it in sorted(spans)]))
    return found


def table(path, articles):
    import pandas

    rows = pandas.read_csv(path, keep_default_na=False)
    found = []
    for name, text, _ in articles:
        of_article = rows[rows["article"] == name].sort_values("start_cp")
        spans = []
        for row in of_article.itertuples():
            in_units = text.encode("utf-16-le")[2 * row.start_utf16 : 2 * row.end_utf16].decode("utf-16-le")
            assert text[row.start_cp : row.end_cp] == in_units
            spans.append((in_units, row.label))
        found.append((name, text, spans))
    return found


def without_space(words):
    return "".join(words.split())


def main(sample, folder):
    articles = expected(sample)
    readers = [
        ("brat", "bioc with bratly", brat),
        ("label-studio", "label-studio-sdk", label_studio),
        ("doccano", "doccano's own parser", doccano),
        ("prodigy", "spaCy", prodigy),
        ("spacy", "spaCy with DocBin", spacy_json),
        ("huggingface", "datasets with seqeval", hugging_face),
        ("conll", "seqeval with iobes", conll),
        ("conll-iobes", "seqeval, strict IOBES", in_scheme("IOBES")),
        ("conll-bilou", "seqeval, strict BILOU", in_scheme("BILOU")),
        ("bdoc", "gatenlp", bdoc),
        ("gate-xml", "gatenlp", gate_xml),
        ("xmi", "dkpro-cassis", xmi),
        ("cas-json", "dkpro-cassis", cas_json),
        ("conllup", "conllu, pyconll and seqeval", conllup),
        ("tei", "standoffconverter", tei),
        ("w3c", "pyld with rdflib", w3c),
        ("csv", "pandas", lambda path: table(path, articles)),
    ]
    for name, reader, read in readers:
        found = read(Path(folder) / f"sample.{name}")
        by_name = sorted(articles) if name == "brat" else articles
        found = sorted(found) if name == "brat" else found
        assert len(found) == len(by_name), f"{reader} finds {len(found)} articles in {name}"
        for (article, text, spans), (found_name, found_text, found_spans) in zip(by_name, found):
            assert found_text in (None, text), f"{reader}, {name}, {article}: another text"
            assert found_name in (None, article), f"{reader}, {name}: {found_name} for {article}"
            wanted = [(without_space(w), label) for w, label in spans]
            got = [(without_space(w), label) for w, label in found_spans]
            differing = [pair for pair in zip(wanted, got) if pair[0] != pair[1]][:3]
            assert got == wanted, f"{reader}, {name}, {article}: {len(got)} of {len(wanted)} spans; {differing}"
        n = sum(len(spans) for _, _, spans in articles)
        print(f"{reader} finds all {n} spans of {len(articles)} articles in {name}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
