import ClinicalBERT

/// What a model learns to say.
package enum TrainingTask: Sendable, Hashable {
    /// A label for each word.
    case tokens(labels: [String])
    /// A label for the whole text.
    case texts(labels: [String])
    /// The piece behind each mask.
    case masks

    var labels: [String] {
        switch self {
        case .tokens(let labels), .texts(let labels): labels
        case .masks: []
        }
    }
}

/// BERT or DistilBERT with a head, as training sees them: layers over blocks of one arena.
package struct EncoderModel: Sendable {
    package let layout: ParameterLayout
    package let architecture: TrainableCheckpoint.Architecture
    package let task: TrainingTask
    package let dropout: TrainableCheckpoint.DropoutRates
    let hiddenSize: Int
    let intermediateSize: Int
    let heads: Int
    /// Rows of the position table: no sequence may be longer.
    package let positions: Int
    package let vocabularySize: Int
    let types: Int
    let embeddings: EmbeddingLayer
    let blocks: [EncoderBlock]
    let head: PredictionHead
    /// Adapters that are trained in place of the encoder.
    package let adapters: AdapterSettings?
    /// Whether gradients go down to the tables.
    let trainsEmbeddings: Bool
    /// Blocks below this one, and the embeddings, are frozen and do without dropout; 0 if nothing is.
    let frozenBlocks: Int

    /// Whether the word table is also the head's classifier, so that every row of it has a gradient.
    var tiesWords: Bool { task == .masks }

    /// Numbers of each worker's gradients: the word table, which comes last, is left out where only its rows of the batch
    /// have any.
    var gradientCount: Int { tiesWords ? layout.count : embeddings.words.offset }

    /// Lays out the parameters.
    ///
    /// - Parameters:
    ///   - task: decides the head. A head of the checkpoint's that fits is kept, unless `isNewHead`.
    ///   - dropout: `nil` for the checkpoint's own rates.
    ///   - adapters: what is trained beside the head in place of the encoder.
    ///   - frozenBlocks: how many of the lowest blocks are not trained, nor the embeddings then.
    package init(
        _ checkpoint: TrainableCheckpoint, task: TrainingTask, isNewHead: Bool = false,
        dropout: TrainableCheckpoint.DropoutRates? = nil, adapters: AdapterSettings? = nil, frozenBlocks: Int = 0
    ) {
        let names = EncoderNames.of(checkpoint.architecture)
        let dropout = dropout ?? checkpoint.dropout
        let size = checkpoint.hiddenSize
        var layout = ParameterLayout()
        let trainsEmbeddings = frozenBlocks == 0 && adapters == nil
        layout.trains = trainsEmbeddings
        let prefix = "\(names.prefix)embeddings."
        let positions = layout.add("\(prefix)position_embeddings.weight", [checkpoint.positions, size])
        let types =
            checkpoint.types == 0
            ? nil : layout.add("\(prefix)token_type_embeddings.weight", [checkpoint.types, size])
        let norm = layout.addNorm("\(prefix)LayerNorm", size: size, epsilon: checkpoint.epsilon)
        var blocks: [EncoderBlock] = []
        for index in 0..<checkpoint.layers {
            layout.trains = index >= frozenBlocks && adapters == nil
            blocks.append(
                EncoderBlock(index, names, checkpoint, index >= frozenBlocks ? adapters : nil, &layout))
        }
        layout.trains = true
        let words = (name: "\(prefix)word_embeddings.weight", shape: [checkpoint.vocabularySize, size])
        let head: PredictionHead
        let wordBlock: ParameterBlock
        if task == .masks {
            let parts = names.languageHead(checkpoint, isNew: isNewHead, &layout)
            wordBlock = layout.add(words.name, words.shape)
            head = PredictionHead(
                dense: parts.dense, norm: parts.norm, dropout: 0,
                classifier: LinearLayer(weight: wordBlock, bias: parts.bias))
        } else {
            head = names.classifier(checkpoint, task, dropout, isNew: isNewHead, &layout)
            layout.trains = trainsEmbeddings
            wordBlock = layout.add(words.name, words.shape)
        }
        embeddings = EmbeddingLayer(words: wordBlock, positions: positions, types: types, norm: norm)
        self.layout = layout
        self.blocks = blocks
        self.head = head
        self.task = task
        self.dropout = dropout
        self.frozenBlocks = frozenBlocks
        self.adapters = adapters
        self.trainsEmbeddings = trainsEmbeddings
        self.positions = checkpoint.positions
        self.types = checkpoint.types
        architecture = checkpoint.architecture
        hiddenSize = size
        intermediateSize = checkpoint.intermediateSize
        heads = checkpoint.heads
        vocabularySize = checkpoint.vocabularySize
    }
}

extension EncoderBlock {
    /// Adds the parameters of block `index`.
    init(
        _ index: Int, _ names: EncoderNames, _ checkpoint: TrainableCheckpoint, _ adapters: AdapterSettings?,
        _ layout: inout ParameterLayout
    ) {
        let size = checkpoint.hiddenSize
        let prefix = "\(names.prefix)\(names.layer)\(index)."
        self.index = index
        queryKeyValue = layout.addLinear(names.queryKeyValue.map { prefix + $0 }, inputs: size, outputs: size)
        self.adapters = adapters.map { settings in
            (
                layout.addAdapter(prefix + names.queryKeyValue[0], size: size, settings),
                layout.addAdapter(prefix + names.queryKeyValue[2], size: size, settings)
            )
        }
        attention = AttentionLayer(heads: checkpoint.heads, headSize: size / checkpoint.heads)
        output = layout.addLinear([prefix + names.output], inputs: size, outputs: size)
        attentionNorm = layout.addNorm(prefix + names.attentionNorm, size: size, epsilon: checkpoint.epsilon)
        expansion = layout.addLinear(
            [prefix + names.expansion], inputs: size, outputs: checkpoint.intermediateSize)
        activation = checkpoint.activation.loop
        contraction = layout.addLinear(
            [prefix + names.contraction], inputs: checkpoint.intermediateSize, outputs: size)
        outputNorm = layout.addNorm(prefix + names.outputNorm, size: size, epsilon: checkpoint.epsilon)
    }
}
