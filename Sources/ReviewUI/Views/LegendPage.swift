import Annotation
import Screen

extension Model {
    /// The page of labels: key, name, what each is for, an example, other names.
    var legendPageLines: [StyledLine] {
        var lines: [StyledLine] = []
        if schema.spans.allSatisfy(\.definition.isEmpty) {
            lines += TextBlock.wrapped(Self.noDefinitions, width: readerWidth).map { [.dim($0)] } + [[]]
        }
        for label in schema.spans {
            let key = label.key.map(String.init) ?? self.key("pick-label")
            lines.append([
                StyledText(" \(key) ", Style(foreground: .black, background: hue(of: label.label), bold: true)),
                .bold(" \(label.label)"), .dim(inThisNote(label.label)),
            ])
            if !label.definition.isEmpty { lines += indented(label.definition) { .dim($0) } }
            if !label.example.isEmpty { lines += indented("for example: \(label.example)") { StyledText($0) } }
            if !label.aliases.isEmpty {
                lines += indented("also called \(label.aliases.joined(separator: ", "))") { .dim($0) }
            }
        }
        for attribute in schema.attributes {
            lines += [[], [.bold("\(attribute.name), after \(key("attribute"))")]]
            for value in attribute.values {
                let isDefault = value.value == attribute.default
                lines.append([.bold("   \(value.key) "), StyledText(value.value), .dim(isDefault ? "  default" : "")])
            }
        }
        return lines
    }

    private static let noDefinitions =
        "The schema does not say what its labels are for: give them a \"definition\" and an \"example\" in schema.json."

    private func inThisNote(_ label: String) -> String {
        guard let count = page.marks.counts[label] else { return "" }
        return "  here: \(count.decided)" + (count.undecided > 0 ? ", \(count.undecided) undecided" : "")
    }

    private func indented(_ text: String, _ piece: (String) -> StyledText) -> [StyledLine] {
        TextBlock.wrapped(text, width: readerWidth - 4).map { [piece("    " + $0)] }
    }
}
