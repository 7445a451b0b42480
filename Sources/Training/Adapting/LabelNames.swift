import Annotation

/// What a model calls the labels of a schema.
package struct LabelNames: Sendable, Hashable {
    /// By the schema's label, the first name among the model's labels that stands for it.
    private var ofSchema: [String: String] = [:]
    /// By each of the model's labels, that first name; hidden ones are missing.
    private var canonical: [String: String] = [:]

    /// - Parameter labels: the model's.
    package init(_ labels: [String], schema: LabelSchema) {
        for label in labels {
            guard let own = schema.spanLabel(standingFor: label)?.label else { continue }
            let name = ofSchema[own] ?? label
            ofSchema[own] = name
            canonical[label] = name
        }
        for own in schema.spans.map(\.label) where ofSchema[own] == nil {
            ofSchema[own] = own
            canonical[own] = own
        }
    }

    /// What the model shall call a label of the schema.
    package func name(of label: String) -> String { ofSchema[label] ?? label }

    /// The one name of what the model calls so; `nil` for what the schema hides.
    package func shown(_ label: String) -> String? { canonical[label] }
}
