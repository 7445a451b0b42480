extension LabelSchema {
    /// The capitals of MACCROBAT's labels, the embedded model's: mnemonic where two labels share an initial.
    private static let familiarKeys: [(key: Character, label: String)] = [
        ("P", "Diagnostic_procedure"), ("L", "Lab_value"), ("S", "Sign_symptom"), ("N", "Detailed_description"),
        ("B", "Biological_structure"), ("T", "Therapeutic_procedure"), ("D", "Disease_disorder"), ("M", "Medication"),
        ("W", "Date"), ("E", "Clinical_event"), ("V", "Severity"), ("O", "Dosage"), ("U", "Duration"), ("H", "History"),
        ("A", "Age"), ("X", "Sex"), ("R", "Administration"), ("F", "Frequency"), ("Y", "Family_history"),
    ]

    /// A schema for a model that comes without one: each of its labels on a free capital.
    ///
    /// MACCROBAT's labels have capitals of their own and come first, in that order. Another label takes the first free
    /// letter of its own name, else the first free letter of the alphabet, else none: the picker gives it.
    ///
    /// - Parameter labels: entity names without BIO prefixes, in the model's order.
    public static func derived(from labels: [String]) -> LabelSchema {
        let familiar = familiarKeys.filter { labels.contains($0.label) }
        var taken = Set(familiar.map(\.key))
        var spans = familiar.map { SpanLabel(label: $0.label, key: $0.key) }
        for label in labels where !familiar.contains(where: { $0.label == label }) {
            let own = label.uppercased().filter { ("A"..."Z").contains($0) }
            let key = (own + "ABCDEFGHIJKLMNOPQRSTUVWXYZ").first { !taken.contains($0) }
            if let key { taken.insert(key) }
            spans.append(SpanLabel(label: label, key: key))
        }
        return LabelSchema(spans: spans)
    }
}
