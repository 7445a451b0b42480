/// What makes an encoding of pieces: special tokens, and offsets without the spaces that byte-level pieces start with
/// (`post_processor` of `tokenizer.json`; tokenizers 0.23, `processors/`).
struct PostProcessor: Sendable, Hashable {
    /// One `trim_offsets`, of `ByteLevel` or `RobertaProcessing`.
    struct Trim: Sendable, Hashable {
        /// Whether the space that was put before the text is left where it is.
        let addsPrefixSpace: Bool
    }

    var template = Template.bare
    var trims: [Trim] = []

    /// Puts the pieces together.
    ///
    /// - Parameter spaces: of each id of the model, for ``trims``.
    func build(
        _ items: [Template.Item], spaces: [PieceSpaces], first: ArraySlice<Piece>, second: ArraySlice<Piece> = []
    ) -> Encoding {
        var encoding = Encoding()
        encoding.reserve(first.count + second.count + Template.specialCount(items))
        for item in items {
            switch item {
            case .special(let ids, let type): for id in ids { encoding.appendSpecial(id, type: type) }
            case .text(let isSecond, let type):
                let pieces = isSecond ? second : first
                if trims.isEmpty {
                    encoding.append(pieces, type: type)
                } else {
                    encoding.append(trimmed(pieces, spaces), type: type)
                }
            }
        }
        return encoding
    }

    private func trimmed(_ pieces: ArraySlice<Piece>, _ spaces: [PieceSpaces]) -> [Piece] {
        var pieces = Array(pieces)
        for trim in trims {
            for index in pieces.indices {
                let id = Int(pieces[index].id)
                guard let space = pieces[index].spaces ?? (id < spaces.count ? spaces[id] : nil) else { continue }
                var leading = space.leading
                if leading > 0 {
                    let isFirst = index == 0 || pieces[index].start == 0
                    if isFirst, trim.addsPrefixSpace, leading == 1 { leading = 0 }
                    pieces[index].start = min(pieces[index].start + leading, pieces[index].end)
                }
                if space.trailing > 0, pieces[index].end >= space.trailing {
                    pieces[index].end = max(pieces[index].end - space.trailing, pieces[index].start)
                }
            }
        }
        return pieces
    }
}
