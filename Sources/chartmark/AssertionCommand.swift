import ArgumentParser
import Assertion
import ClinicalText

/// `assertion`: what the cue engine makes of findings in their sentences, or how often it is right.
struct AssertionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assertion",
        abstract: "Print how findings are meant (absent, possible, …), with the cue that says so and its scope.",
        discussion: """
            Reads JSON lines {"text","start","end"}, offsets in code points, and writes them back with "assertion" and, where \
            something says so, "cue" and "scope". With --score the lines also carry the right answer: "negated" (true or \
            false), or "assertion".
            """)

    @Flag(help: "Print only precision, recall and F1 of --value, for lines that carry the right answer.")
    var score = false

    @Option(help: "The value that --score is about.")
    var value: AssertionValue = .absent

    @Argument(help: ArgumentHelp("JSON lines; - for standard input.", valueName: "file|-"))
    var file: String

    func run() throws {
        let source = file == NoteReader.standardInput ? "standard input" : file
        var scores = ValueScores(of: value)
        for (number, record) in try JSONLines.values(try NoteReader.bytes(of: file), file: source) {
            let place = SourceLocation(source, line: number)
            guard let words = record["text"]?.stringValue, let start = record["start"]?.intValue,
                let end = record["end"]?.intValue
            else { throw BadInput(place, "a line needs a string 'text' and numbers 'start' and 'end'") }
            let text = NoteText(words)
            let span = TextSpan(start, end)
            guard text.holds(span) else {
                throw BadInput(
                    place, "[\(start), \(end)) is not inside the text of \(text.scalarCount) code points")
            }
            let proposal = CueEngine.english.proposal(for: span, in: text)
            if score {
                scores.add(proposal.value, isGold: try isGold(record, at: place))
            } else {
                standardOutput(json: try line(record, proposal, text))
            }
        }
        if score {
            standardOutput(
                "\(value.rawValue): precision \(scores.precision.threeDigits), recall \(scores.recall.threeDigits), "
                    + "\(scores.matched) right of \(scores.proposed) proposed and \(scores.gold) in the gold")
            standardOutput("f1=\(scores.f1.threeDigits)")
        }
    }

    private func isGold(_ record: JSONValue, at place: SourceLocation) throws(BadInput) -> Bool {
        if let gold = record["assertion"]?.stringValue { return gold == value.rawValue }
        if value == .absent, let negated = record["negated"]?.boolValue { return negated }
        throw BadInput(place, "--score needs 'assertion'\(value == .absent ? " or 'negated'" : "") in every line")
    }

    private func line(_ record: JSONValue, _ proposal: AssertionProposal, _ text: NoteText) throws -> String {
        var members = record.objectValue ?? [:]
        func span(_ span: TextSpan) -> JSONValue {
            .object([
                "start": .integer(Int64(span.start.value)), "end": .integer(Int64(span.end.value)),
                "text": .string(text[span]),
            ])
        }
        members["assertion"] = .string(proposal.value.rawValue)
        members["cue"] = proposal.cue.map(span)
        members["scope"] = proposal.scope.map(span)
        return try JSONValue.line(JSONValue.object(members))
    }
}

extension AssertionValue: ExpressibleByArgument {}
