"""Makes a spaCy DocBin of a file that `chartmark export --format spacy` wrote: docbin.py FILE OUT.spacy"""
import json
import sys

import spacy
from spacy.tokens import Doc, DocBin

vocab = spacy.blank("xx").vocab
docs = DocBin(store_user_data=True)
with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
    for line in file:
        record = json.loads(line)
        doc = Doc(vocab).from_json({key: record[key] for key in ("text", "tokens", "ents", "spans", "cats")})
        doc.user_data["id"] = record["id"]
        docs.add(doc)
docs.to_disk(sys.argv[2])
