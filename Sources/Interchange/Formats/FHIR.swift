import Annotation
import ClinicalText
import FoundationEssentials

/// A FHIR R4 Bundle (https://hl7.org/fhir/R4): the note as a DocumentReference and a resource for each span.
///
/// Only written.
///
/// Which resource a label becomes stands in the schema, as an alias `fhir:Condition`; without one, well-known names of labels
/// decide, and other spans are left out. Assertion becomes verification and clinical status: absent is refuted, possible
/// unconfirmed, historical resolved, a family's is a FamilyMemberHistory. Where a span stands is in the extension
/// `urn:chartmark:text-span`, in code points. The patient is the note's `meta.group`.
enum FHIR {
    /// The resources that a label can become.
    enum Resource: String, CaseIterable {
        case condition = "Condition"
        case medication = "MedicationStatement"
        case procedure = "Procedure"
        case observation = "Observation"
        case family = "FamilyMemberHistory"
    }

    /// MACCROBAT's labels and those of i2b2, in lower case.
    private static let known: [String: Resource] = [
        "disease_disorder": .condition, "sign_symptom": .condition, "problem": .condition, "condition": .condition,
        "disease": .condition, "history": .condition, "medication": .medication, "drug": .medication,
        "chemical": .medication, "therapeutic_procedure": .procedure, "procedure": .procedure, "treatment": .procedure,
        "diagnostic_procedure": .observation, "lab_value": .observation, "test": .observation,
        "family_history": .family,
    ]
    private static let systems: [String: String] = [
        "UMLS": "http://www.nlm.nih.gov/research/umls", "CUI": "http://www.nlm.nih.gov/research/umls",
        "SNOMED": "http://snomed.info/sct", "SNOMEDCT": "http://snomed.info/sct", "LOINC": "http://loinc.org",
        "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm", "ICD10": "http://hl7.org/fhir/sid/icd-10",
    ]

    struct Writer: RecordWriter {
        private let resources: [String: String]
        private var isFirst = true

        init(_ options: FormatOptions) { resources = options.resources }

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .noteLabel, .comment, .relation, .field, .provenance])
            report.add(.meta, record.meta.count { $0.key != "group" }, in: record.id)
            let document = FHIR.uuid(record.id, record.text, -1)
            var entries = [FHIR.entry(document, FHIR.document(record))]
            for (index, span) in record.spans.enumerated() {
                let named = resources[span.content.label].flatMap(Resource.init)
                guard let resource = named ?? FHIR.known[span.content.label.lowercased()] else {
                    report.add(.label, in: record.id, at: span.content.span)
                    continue
                }
                report.add(
                    .attribute, span.attributes.count { $0.key != I2B2.assertion }, in: record.id, at: span.content.span
                )
                entries.append(
                    FHIR.entry(
                        FHIR.uuid(record.id, record.text, index), FHIR.resource(resource, span, record, document)))
            }
            var bytes: [UInt8] = []
            for entry in entries {
                bytes += (isFirst ? head : ",\n").utf8
                isFirst = false
                JSONText.append(entry, to: &bytes)
            }
            try output.append(bytes, to: "")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array(((isFirst ? head : "") + "\n]}\n").utf8), to: "")
        }

        private var head: String { #"{"resourceType":"Bundle","type":"collection","entry":["# + "\n" }
    }

    /// A name for a resource that is the same each time the same note is written.
    private static func uuid(_ id: String, _ text: NoteText, _ index: Int) -> String {
        let hex = Array(TextDigest(of: Array("\(id)\n\(index)\n".utf8) + text.utf8).hex.prefix(32))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
        return "urn:uuid:" + groups.joined(separator: "-")
    }

    private static func entry(_ url: String, _ resource: OrderedJSON) -> OrderedJSON {
        .members([("fullUrl", .string(url)), ("resource", resource)])
    }

    private static func subject(_ record: Record) -> OrderedJSON {
        guard let group = record.meta["group"]?.nameValue else {
            return .members([("display", .string("patient of note \(record.id)"))])
        }
        return .members([("identifier", .members([("value", .string(group))]))])
    }

    private static func document(_ record: Record) -> OrderedJSON {
        .members([
            ("resourceType", .string("DocumentReference")), ("status", .string("current")),
            ("identifier", .array([.members([("value", .string(record.id))])])), ("subject", subject(record)),
            (
                "content",
                .array([
                    .members([
                        (
                            "attachment",
                            .members([
                                ("contentType", .string("text/plain; charset=utf-8")),
                                ("data", .string(Data(record.text.utf8).base64EncodedString())),
                                ("title", .string(record.id)),
                            ])
                        )
                    ])
                ])
            ),
        ])
    }

    private static func concept(_ text: String, _ codings: [OrderedJSON] = []) -> OrderedJSON {
        .members([("coding", codings.isEmpty ? nil : .array(codings)), ("text", .string(text))])
    }

    private static func status(_ system: String, _ code: String) -> OrderedJSON {
        let coding = OrderedJSON.members([
            ("system", .string("http://terminology.hl7.org/CodeSystem/\(system)")), ("code", .string(code)),
        ])
        return .members([("coding", .array([coding]))])
    }

    private static func place(_ span: Record.Span, _ document: String) -> OrderedJSON {
        func part(_ name: String, _ kind: String, _ value: OrderedJSON) -> OrderedJSON {
            .members([("url", .string(name)), (kind, value)])
        }
        var parts = [part("document", "valueReference", .members([("reference", .string(document))]))]
        for fragment in span.content.fragments ?? [span.content.span] {
            parts.append(part("start", "valueInteger", .int(fragment.start.value)))
            parts.append(part("end", "valueInteger", .int(fragment.end.value)))
        }
        parts.append(part("label", "valueString", .string(span.content.label)))
        return .array([.members([("url", .string("urn:chartmark:text-span")), ("extension", .array(parts))])])
    }

    private static func resource(
        _ resource: Resource, _ span: Record.Span, _ record: Record, _ document: String
    ) -> OrderedJSON {
        let assertion = span.attributes[I2B2.assertion] ?? "present"
        let isFamily = ["family", "associated_with_someone_else"].contains(assertion)
        let kind = isFamily ? .family : resource
        let codings = span.references.map { reference in
            OrderedJSON.members([
                ("system", .string(systems[reference.source.uppercased()] ?? "urn:chartmark:\(reference.source)")),
                ("code", .string(reference.code)),
                ("display", reference.text.isEmpty ? nil : .string(reference.text)),
            ])
        }
        let parts = span.content.fragments ?? [span.content.span]
        let code = concept(parts.map { record.text[$0] }.joined(separator: " "), codings)
        let head: [(String, OrderedJSON?)] = [
            ("resourceType", .string(kind.rawValue)), ("extension", place(span, document)),
        ]
        let subject = subject(record)
        let isAbsent = assertion == "absent"
        let isPast = ["historical", "history"].contains(assertion)
        switch kind {
        case .condition:
            let verification =
                isAbsent ? "refuted" : assertion == "present" || isPast ? "confirmed" : "unconfirmed"
            let clinical = isAbsent ? nil : isPast ? "resolved" : "active"
            return .members(
                head + [
                    ("clinicalStatus", clinical.map { status("condition-clinical", $0) }),
                    ("verificationStatus", status("condition-ver-status", verification)), ("code", code),
                    ("subject", subject),
                ])
        case .medication:
            return .members(
                head + [
                    (
                        "status",
                        .string(
                            isAbsent
                                ? "not-taken" : isPast ? "completed" : assertion == "present" ? "active" : "unknown")
                    ), ("medicationCodeableConcept", code), ("subject", subject),
                ])
        case .procedure:
            return .members(
                head + [
                    (
                        "status",
                        .string(isAbsent ? "not-done" : assertion == "present" || isPast ? "completed" : "unknown")
                    ),
                    ("code", code), ("subject", subject),
                ])
        case .observation:
            return .members(
                head + [
                    ("status", .string(isAbsent ? "cancelled" : "final")), ("code", code), ("subject", subject),
                ])
        case .family:
            return .members(
                head + [
                    ("status", .string("completed")), ("patient", subject),
                    ("relationship", concept("family member")),
                    ("condition", .array([.members([("code", code)])])),
                ])
        }
    }
}
