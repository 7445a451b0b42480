extension ModelConfiguration {
    /// Multiplications of a forward pass of the encoder: its linear layers, and attention of every token to every other.
    ///
    /// Embeddings, norms and heads are left out, which are less than a hundredth; so is that local attention sees less.
    package func multiplications(sequences: Int, tokens: Int) -> Double {
        let (hidden, intermediate) = (Double(hiddenSize), Double(intermediateSize))
        // ModernBERT's feed-forward has a gate beside it.
        let feedForward = hidden * intermediate * (architecture == .modernbert ? 3 : 2)
        let perToken = 4 * hidden * hidden + feedForward + 2 * Double(tokens) * hidden
        return Double(layers) * Double(sequences * tokens) * perToken
    }
}
