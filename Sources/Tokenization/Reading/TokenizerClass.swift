/// Which of transformers' classes reads a checkpoint's tokenizer (`AutoTokenizer`, transformers 5.24).
///
/// The classes named here build the tokenizer anew from the vocabulary and `tokenizer_config.json`, whatever else
/// `tokenizer.json` says: `do_lower_case` there beats `lowercase` here. Version 4 does the same for BERT, its kin and RoBERTa;
/// for XLM-RoBERTa, CamemBERT and DeBERTa it followed `tokenizer.json`.
enum TokenizerClass: Sendable, Hashable {
    /// Also DistilBERT's and ELECTRA's.
    case bert
    case roberta
    case xlmRoberta
    case camembert
    case debertaV2
    /// `PreTrainedTokenizerFast`, and every class that is not known here: `tokenizer.json` says all.
    case generic

    private static let byName: [String: TokenizerClass] = [
        "BertTokenizer": .bert, "DistilBertTokenizer": .bert, "ElectraTokenizer": .bert, "MobileBertTokenizer": .bert,
        "SqueezeBertTokenizer": .bert, "LayoutLMTokenizer": .bert, "LxmertTokenizer": .bert,
        "RobertaTokenizer": .roberta, "BartTokenizer": .roberta, "LongformerTokenizer": .roberta,
        "XLMRobertaTokenizer": .xlmRoberta, "CamembertTokenizer": .camembert, "DebertaV2Tokenizer": .debertaV2,
    ]

    private static let byModelType: [String: TokenizerClass] = [
        "bert": .bert, "distilbert": .bert, "electra": .bert, "roberta": .roberta, "xlm-roberta": .xlmRoberta,
        "camembert": .camembert, "deberta-v2": .debertaV2,
    ]

    /// ModernBERT's is generic whatever the files say: many of its checkpoints name a class that is not theirs.
    private static let alwaysGeneric = "modernbert"

    /// - Parameters:
    ///   - name: `tokenizer_class` of `tokenizer_config.json`, else of `config.json`; with or without "Fast".
    ///   - modelType: `model_type` of `config.json`, which decides where no class is named.
    init(named name: String?, modelType: String?) {
        if modelType == Self.alwaysGeneric {
            self = .generic
        } else if let name {
            self = Self.byName[name.hasSuffix("Fast") ? String(name.dropLast(4)) : name] ?? .generic
        } else {
            self = modelType.flatMap { Self.byModelType[$0] } ?? .generic
        }
    }

    /// The special tokens that the class adds where the files name none, in the order in which it does.
    var standardTokens: [(name: String, content: String)] {
        switch self {
        case .generic: []
        case .bert:
            [
                ("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"),
                ("mask_token", "[MASK]"),
            ]
        case .debertaV2:
            [
                ("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("unk_token", "[UNK]"), ("sep_token", "[SEP]"),
                ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]"),
            ]
        case .roberta, .xlmRoberta, .camembert:
            [
                ("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"), ("sep_token", "</s>"),
                ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>"),
            ]
        }
    }

    /// The file that SentencePiece wrote, where the class reads one.
    var sentencePieceFile: String? {
        switch self {
        case .debertaV2: "spm.model"
        case .xlmRoberta, .camembert: "sentencepiece.bpe.model"
        case .bert, .roberta, .generic: nil
        }
    }
}
