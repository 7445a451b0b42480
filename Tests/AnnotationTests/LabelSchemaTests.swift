import Annotation
import ClinicalText
import FoundationEssentials
import Testing

@Suite("Label schema") struct LabelSchemaTests {
    @Test("the embedded model's labels get the capitals of the design")
    func embedded() {
        let expected = [
            ("Diagnostic_procedure", "P"), ("Lab_value", "L"), ("Sign_symptom", "S"), ("Detailed_description", "N"),
            ("Biological_structure", "B"), ("Therapeutic_procedure", "T"), ("Disease_disorder", "D"),
            ("Medication", "M"),
            ("Date", "W"), ("Clinical_event", "E"), ("Severity", "V"), ("Dosage", "O"), ("Duration", "U"),
            ("History", "H"),
            ("Age", "A"), ("Sex", "X"), ("Administration", "R"), ("Frequency", "F"), ("Family_history", "Y"),
        ]
        let schema = LabelSchema.derived(from: expected.map(\.0).sorted())
        #expect(schema.spans.map { "\($0.key ?? "-") \($0.label)" } == expected.map { "\($0.1) \($0.0)" })
        #expect(schema.problems.isEmpty)
    }

    @Test("other labels take a free letter of their own, then of the alphabet, then none")
    func derived() {
        let schema = LabelSchema.derived(from: ["problem", "test", "treatment", "Pp"])
        #expect(schema.spans.compactMap(\.key).map(String.init) == ["P", "T", "R", "A"])
        let many = LabelSchema.derived(from: (0..<30).map { "Label\($0)" })
        #expect(many.spans.compactMap(\.key).count == 26)
        #expect(many.problems.isEmpty)
    }

    @Test("an alias stands for its label")
    func aliases() {
        let schema = LabelSchema(spans: [SpanLabel(label: "Sign_symptom", aliases: ["SYMPTOM"])])
        #expect(schema.spanLabel(standingFor: "SYMPTOM")?.label == "Sign_symptom")
        #expect(schema.spanLabel(standingFor: "Sign_symptom")?.label == "Sign_symptom")
        #expect(schema.spanLabel(standingFor: "symptom") == nil)
    }

    @Test(
        "says what is wrong with it",
        arguments: [
            (#"{}"#, "neither"), (#"{"spans":[{"label":"A"},{"label":"A"}]}"#, "span label 'A' is given twice"),
            (#"{"spans":[{"label":"A","key":"X"},{"label":"B","key":"X"}]}"#, "key 'X' is given to two labels"),
            (#"{"spans":[{"label":"A","key":"é"}]}"#, "not one of the capitals"),
            (#"{"spans":[{"label":""}]}"#, "empty name"),
            (#"{"noteLabels":[{"name":"t","choose":"one","values":[]}]}"#, "has no values"),
        ])
    func problems(json: String, problem: String) throws {
        let schema = try JSONDecoder().decode(LabelSchema.self, from: Data(json.utf8))
        #expect(schema.problems.joined(separator: "; ").contains(problem))
    }

    @Test(
        "is refused where it is no schema",
        arguments: [
            #"{"spans":[{"key":"A"}]}"#, #"{"spans":[{"label":"A","key":"AB"}]}"#,
            #"{"noteLabels":[{"name":"t","choose":"some","values":["a"]}]}"#,
        ])
    func refused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(LabelSchema.self, from: Data(json.utf8)) }
    }
}

@Suite("Span scores") struct SpanScoresTests {
    private func span(_ start: Int, _ end: Int, _ label: String = "A") -> (span: TextSpan, label: String) {
        (TextSpan(start, end), label)
    }

    @Test("two of three found among four: precision 1/2, recall 2/3, F1 4/7")
    func strict() {
        var scores = SpanScores()
        scores.add(
            predicted: [span(0, 5), span(6, 9), span(10, 12), span(20, 25)],
            gold: [span(0, 5), span(6, 9), span(20, 24)])
        let counts = SpanScores.micro(scores.strict)
        #expect(counts.precision == 0.5)
        #expect(counts.recall == 2.0 / 3)
        #expect(counts.f1 == 4.0 / 7)
        #expect(SpanScores.micro(scores.partial).matched == 3)
    }

    @Test("the label counts, and each gold span is matched once")
    func labels() {
        var scores = SpanScores()
        scores.add(predicted: [span(0, 5, "B"), span(6, 8), span(8, 9)], gold: [span(0, 5), span(6, 9)])
        #expect(SpanScores.micro(scores.strict).matched == 0)
        #expect(SpanScores.micro(scores.partial).matched == 1)
    }

    @Test("micro adds notes up, macro is the mean over the gold's labels")
    func averages() {
        var scores = SpanScores()
        scores.add(predicted: [span(0, 1)], gold: [span(0, 1)])
        scores.add(predicted: [span(0, 1, "B"), span(0, 1, "C")], gold: [span(2, 3, "B")])
        #expect(SpanScores.micro(scores.strict).f1 == 0.4)
        #expect(SpanScores.macroF1(scores.strict) == 0.5)
    }

    @Test("nothing predicted and nothing to find scores zero, not NaN")
    func nothing() {
        let counts = SpanScores.micro(SpanScores().strict)
        #expect([counts.precision, counts.recall, counts.f1, SpanScores.macroF1([:])] == [0, 0, 0, 0])
    }
}
