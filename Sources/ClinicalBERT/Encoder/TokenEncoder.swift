/// An architecture's encoder: from token ids to a vector for each token.
protocol TokenEncoder: Sendable {
    /// What it needs of a workspace.
    var sizes: Workspace.Sizes { get }

    /// Leaves the last layer's vectors, [rows, hidden], in `workspace.hidden`, which has room for them.
    func apply(_ batch: PackedBatch, _ workspace: Workspace)
}
