import ClinicalText

extension ModelConfiguration.Architecture {
    /// Binds the encoder of a checkpoint of this architecture, and says what its heads are called.
    func bind(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) -> (encoder: any TokenEncoder, heads: HeadLayout) {
        switch self {
        case .bert:
            (try BERT.encoder(checkpoint, configuration), BERT.heads(checkpoint, configuration))
        case .distilbert:
            (try DistilBERT.encoder(checkpoint, configuration), DistilBERT.heads(checkpoint, configuration))
        case .roberta, .xlmRoberta, .camembert:
            (try RoBERTa.encoder(checkpoint, configuration), RoBERTa.heads(checkpoint, configuration))
        case .electra:
            (try ELECTRA.encoder(checkpoint, configuration), ELECTRA.heads(checkpoint, configuration))
        case .modernbert:
            (
                try ModernBERT(checkpoint, configuration, file),
                try ModernBERT.heads(checkpoint, configuration, file)
            )
        case .debertaV2:
            (
                try DeBERTa.encoder(checkpoint, configuration, file),
                try DeBERTa.heads(checkpoint, configuration, file)
            )
        }
    }
}
