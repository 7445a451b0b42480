"""Called by check.sh: one line a check, `ok` or `FAILED`; ends with 1 if one failed."""
import json
import pathlib
import subprocess
import sys
import types

chartmark, records_file, work, doccano = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
records = [json.loads(line) for line in open(records_file, encoding="utf-8", newline="\n")]
checks = failures = 0


def spans(record, parts=True):
    """(start, end, label) of each span of one of our records; without `parts` only of those that are whole."""
    return sorted((s["start"], s["end"], s["label"]) for s in record["spans"] if parts or "fragments" not in s)


def attributes(record):
    """(start, label, attributes) of each span that has some."""
    return sorted((s["start"], s["label"], sorted(s["attributes"].items())) for s in record["spans"] if s.get("attributes"))


def flat(record):
    """Of spans that overlap the longest, as formats of one tag a token have it."""
    kept = []
    for start, end, label in sorted(spans(record, parts=False), key=lambda s: (s[0] - s[1], s[0])):
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, label))
    return sorted(kept)


def say(name, found, expected):
    global checks, failures
    good = found == expected
    checks += 1
    failures += not good
    print(f"{'ok    ' if good else 'FAILED'} {name}" + ("" if good else f"\n  found    {found}\n  expected {expected}"))


def export(form, source=records_file, **options):
    output = work / f"{form}-{len(list(work.iterdir()))}"
    extra = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    subprocess.run([chartmark, "export", "--format", form, "--output", output, *extra, source],
                   check=True, stderr=subprocess.DEVNULL)
    return output


def ours(path, **options):
    """What chartmark reads in a file of another tool."""
    return [json.loads(line) for line in export("labels", path, **options).read_text(encoding="utf-8").split("\n") if line]


texts = [record["text"] for record in records]

# spaCy: Doc.from_json, a DocBin, and to_json back.
import spacy
from spacy.tokens import Doc, DocBin

written = export("spacy")
subprocess.run([sys.executable, "Samples/Interop/docbin.py", written, work / "docs.spacy"], check=True)
vocab = spacy.blank("xx").vocab
docs = list(DocBin(store_user_data=True).from_disk(work / "docs.spacy").get_docs(vocab))
say("spaCy reads the texts", [doc.text for doc in docs], texts)
say("spaCy reads the spans (DocBin, group sc)",
    [sorted((s.start_char, s.end_char, s.label_) for s in doc.spans["sc"]) for doc in docs], [spans(r) for r in records])
back = work / "spacy.jsonl"
back.write_text("".join(json.dumps(doc.to_json()) + "\n" for doc in docs), encoding="utf-8")
say("chartmark reads what spaCy wrote (to_json)", [spans(r) for r in ours(back)], [spans(r) for r in records])

# datasets and a tokenizer of transformers: rows, features, word_ids.
from datasets import ClassLabel, Sequence, disable_progress_bars, load_dataset
from transformers import AutoTokenizer

disable_progress_bars()
folder = export("hf")
names = json.loads((folder / "labels.json").read_text())
rows = load_dataset("json", data_files=str(folder / "data.jsonl"), split="train", cache_dir=str(work / "cache"))
rows = rows.cast_column("ner_tags", Sequence(ClassLabel(names=names)))


def chunks(row):
    found, last = [], "O"
    for tag, (start, end) in zip((names[t] for t in row["ner_tags"]), row["offsets"]):
        if tag.startswith("B-") or (tag != "O" and tag[2:] != last[2:]):
            found.append([start, end, tag[2:]])
        elif tag != "O":
            found[-1][1] = end
        last = tag
    return sorted(map(tuple, found))


say("datasets reads rows and features", [chunks(row) for row in rows], [flat(r) for r in records])
tokenizer = AutoTokenizer.from_pretrained("Samples/Models/clinical-mini")
encoded = tokenizer([row["tokens"] for row in rows], is_split_into_words=True)
say("transformers aligns every token (word_ids)",
    [sorted({w for w in encoded.word_ids(i) if w is not None}) == list(range(len(row["tokens"]))) for i, row in enumerate(rows)],
    [True] * len(records))
rows.to_json(str(work / "rows.jsonl"), force_ascii=False)
(work / "rows").mkdir()
(work / "rows.jsonl").rename(work / "rows" / "data.jsonl")
(work / "rows" / "labels.json").write_text(json.dumps(names))
say("chartmark reads what datasets wrote", [spans(r) for r in ours(work / "rows")], [flat(r) for r in records])

# bioc: JSON and XML, both ways.
from bioc import biocjson, biocxml


def annotations(document):
    return sorted((min(l.offset for l in a.locations), max(l.end for l in a.locations), a.infons["type"])
                  for passage in document.passages for a in passage.annotations)


for form, module in (("bioc", biocjson), ("bioc-xml", biocxml)):
    with open(export(form), encoding="utf-8", newline="\n") as file:
        collection = module.load(file)
    say(f"bioc reads {form}", [annotations(d) for d in collection.documents], [spans(r) for r in records])
    say(f"bioc reads the texts of {form}", ["".join(p.text for p in d.passages) for d in collection.documents], texts)
    with open(work / f"{form}.back", "w", encoding="utf-8", newline="\n") as file:
        module.dump(collection, file)
    again = ours(work / f"{form}.back")
    say(f"chartmark reads what bioc wrote in {form}", [spans(r) for r in again], [spans(r) for r in records])

# dkpro-cassis: XMI with the type system, both ways.
import cassis

folder = export("xmi")
with open(folder / "TypeSystem.xml", "rb") as file:
    typesystem = cassis.load_typesystem(file)
entity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
(work / "cas").mkdir()
found, read_texts = [], []
for record in records:
    with open(folder / (record["id"] + ".xmi"), "rb") as file:
        cas = cassis.load_cas_from_xmi(file, typesystem=typesystem)
    read_texts.append(cas.sofa_string)
    found.append(sorted((a.begin, a.end, a.value) for a in cas.select(entity)))
    cas.to_xmi(str(work / "cas" / (record["id"].replace("/", "_") + ".xmi")))
say("cassis reads the texts", read_texts, texts)
say("cassis reads the spans", found, [spans(r) for r in records])
again = sorted(ours(work / "cas"), key=lambda r: len(r["spans"]), reverse=True)
say("chartmark reads what cassis wrote", [spans(r) for r in again], [spans(r) for r in records])

# Label Studio: the configuration parses, each task conforms to it, and its converter makes CoNLL of them.
from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

folder = export("label-studio")
config = (folder / "config.xml").read_text(encoding="utf-8")
interface = LabelInterface(config)
interface.validate()
tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
say("Label Studio takes every annotation under our configuration",
    [[interface.validate_annotation(a) for a in task["annotations"]] for task in tasks], [[True]] * len(records))
(work / "ls").mkdir()
for number, task in enumerate(tasks, 1):
    # What its database adds, and a file a task, as its server gives them to the converter.
    task["id"] = number
    for annotation in task["annotations"]:
        annotation.update(id=number, completed_by={"id": 1, "email": "kim@example.org"})
    (work / "ls" / f"{number}.json").write_text(json.dumps(task), encoding="utf-8")
converter = Converter(config, project_dir=None, download_resources=False)
converter.convert_to_json_min(str(work / "ls"), str(work / "ls-min"), is_dir=True)
converter.convert_to_json(str(work / "ls"), str(work / "ls-full"), is_dir=True)
for form, folder in (("JSON-MIN", "ls-min"), ("JSON", "ls-full")):
    again = ours(work / folder / "result.json")
    say(f"chartmark reads the {form} of Label Studio's converter", [spans(r) for r in again], [spans(r) for r in records])
say("and the attributes in the JSON", [attributes(r) for r in again], [attributes(r) for r in records])

# doccano: what its import parses, its export writes and its documentation shows, with stand-ins for its database.
for name in ("examples.models", "label_types.models", "labels.models", "projects.models", "data_import.pipeline.label_types",
             "data_export.models"):
    module = types.ModuleType(name)
    for member in ("Example", "CategoryType", "LabelType", "RelationType", "SpanType", "Category", "Label", "Relation",
                   "Span", "TextLabel", "Project", "LabelTypes"):
        setattr(module, member, type(member, (), {}))
    module.DATA = "text"
    sys.modules[name] = module
sys.path.insert(0, doccano + "/backend")
import uuid
import warnings

warnings.simplefilter("ignore")
import pandas
from data_export.pipeline.formatters import DictFormatter, TupledSpanFormatter
from data_export.pipeline.writers import JsonlWriter
from data_import.pipeline.label import SpanLabel

lines = [json.loads(line) for line in export("doccano").read_text(encoding="utf-8").split("\n") if line]
parsed = [[SpanLabel.parse(uuid.uuid4(), obj) for obj in line.get("entities", line.get("label", []))] for line in lines]
say("doccano's import parses the spans", [sorted((s.start_offset, s.end_offset, s.label) for s in line) for line in parsed],
    [spans(r) for r in records])


class ExportedSpan:
    """What doccano's formatters ask of a row of its database (data_export.models.ExportedSpan)."""
    def __init__(self, number, span):
        self.id, self.start, self.end, self.label = number, span["start"], span["end"], span["label"]

    def to_tuple(self):
        return self.start, self.end, self.label

    def to_dict(self):
        return {"id": self.id, "label": self.label, "start_offset": self.start, "end_offset": self.end}


for formatter, column in ((TupledSpanFormatter, "label"), (DictFormatter, "entities")):
    frame = pandas.DataFrame({"id": range(1, len(records) + 1), "text": texts,
                              column: [[ExportedSpan(i, s) for i, s in enumerate(r["spans"])] for r in records]})
    file = work / f"doccano-{column}.jsonl"
    JsonlWriter.write(str(file), formatter(column).format(frame))
    say(f"chartmark reads what doccano's export writes ({column})", [spans(r) for r in ours(file)], [spans(r) for r in records])

examples = pathlib.Path(doccano, "backend/data_import/pipeline/examples")
for name in ("sequence_labeling", "relation_extraction", "intent_detection", "text_classification"):
    # Its import dialog shows these with the names of the columns that the user chose; these are the ones it proposes.
    shown = (examples / name / "example.jsonl").read_text(encoding="utf-8")
    file = work / f"{name}.jsonl"
    file.write_text(shown.replace("column_data", "text").replace("column_label", "label"), encoding="utf-8")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    wanted = [sorted((o[0], o[1], o[2]) if isinstance(o, list) else (o["start_offset"], o["end_offset"], o["label"])
                     for o in row.get("entities", row.get("label", [])) if not isinstance(o, str)) for row in rows]
    say(f"chartmark reads doccano's example of {name}", [spans(r) for r in ours(file)], wanted)

print(f"{checks} checks, {failures} failed")
sys.exit(1 if failures else 0)
