import ClinicalText
import LabelQuality

/// Tables as one HTML page: styles inside, no script, nothing that is loaded from anywhere.
enum StatisticsPage {
    /// The page.
    ///
    /// - Parameter title: what was counted.
    static func html(_ tables: [FigureTable], title: String) -> String {
        let name = escaped(title)
        var page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(name) · chartmark</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
            nav a { margin-right: 1rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; }
            th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums; }
            th:first-child, td:first-child { text-align: left; }
            td.bar { width: 35%; text-align: left; }
            td.bar span { display: block; height: .8rem; background: #0072b2; }
            </style>
            </head>
            <body>
            <h1>\(name)</h1>

            """
        let links = tables.map { "<a href=\"#\($0.name)\">\(escaped($0.title))</a>" }
        page += "<nav>\(links.joined(separator: " "))</nav>\n"
        for table in tables { page += section(table) }
        return page + "</body>\n</html>\n"
    }

    private static func section(_ table: FigureTable) -> String {
        let most = table.bars.map { column in table.rows.map { $0[column].amount }.max() ?? 0 } ?? 0
        var html = "<h2 id=\"\(table.name)\">\(escaped(table.title))</h2>\n<div class=\"wide\"><table>\n<tr>"
        html += table.columns.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        html += table.bars == nil ? "</tr>\n" : "<th></th></tr>\n"
        for row in table.rows {
            html += "<tr>" + row.map { "<td>\(escaped($0.text))</td>" }.joined()
            if let column = table.bars {
                let whole = row[column].isShare ? 1 : most
                let width = whole > 0 ? max(0, min(100, row[column].amount / whole * 100)) : 0
                html += "<td class=\"bar\"><span style=\"width:\(width.oneDigit)%\"></span></td>"
            }
            html += "</tr>\n"
        }
        return html + "</table></div>\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
