/// The `project.json` of a project.
public struct ProjectSettings: Hashable, Sendable, Codable {
    /// The notes: paths relative to the folder that the project stands in, or absolute.
    public var notes: [String]
    /// The folder of the model, if one was chosen for this project.
    public var model: String?
    /// Further models: a second opinion on spans, a classifier of notes, a question answerer.
    public var models: [String]?
    /// Suggestions under this probability are hidden; `nil` for the default.
    public var threshold: Double?
    /// Who adjudicated: their finished records are preferred to those of others, and they are not compared with them.
    public var adjudicators: [String]?
    /// The program that made the project, as `chartmark 0.1.0`.
    public var createdBy: String?

    /// Every model that was chosen for this project.
    public var allModels: [String] { (model.map { [$0] } ?? []) + (models ?? []) }

    private enum CodingKeys: String, CodingKey {
        case notes, model, models, threshold, adjudicators
        case createdBy = "created_by"
    }

    /// Makes settings.
    public init(
        notes: [String], model: String? = nil, models: [String]? = nil, threshold: Double? = nil,
        adjudicators: [String]? = nil, createdBy: String? = nil
    ) {
        self.notes = notes
        self.model = model
        self.models = models
        self.threshold = threshold
        self.adjudicators = adjudicators
        self.createdBy = createdBy
    }
}
