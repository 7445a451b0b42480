extension String {
    /// The string as a message may show it: no control characters, which a terminal would obey, and not a page long.
    package var printable: String {
        let longest = 200
        let shown = String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(longest).map {
                    switch $0.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{FFFD}"
                    default: $0
                    }
                }))
        return unicodeScalars.count > longest ? shown + "…" : shown
    }
}
