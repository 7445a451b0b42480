import ClinicalText
import FoundationEssentials
import Glibc
import Testing

@Suite("Commands that write") struct NobodysFileTests {
    private static let good =
        #"{"id":"g","text":"chest pain","spans":[{"start":0,"end":5,"label":"Sign_symptom"}]}"# + "\n"

    private func mode(_ folder: ReviewFolder, _ name: String) -> mode_t {
        var status = stat()
        return lstat("\(folder.path)/\(name)", &status) == 0 ? status.st_mode : 0
    }

    @Test("an import that is refused at its last line removes only what it made itself")
    func refusedImport() throws {
        let folder = try ReviewFolder()
        try folder.write("good.jsonl", Self.good)
        // A pipe: the refused one is at work for as long as the other needs.
        let script = """
            mkfifo slow.jsonl
            '\(ReviewFolder.program)' import --project New --format labels slow.jsonl 2> errors & process=$!
            exec 3> slow.jsonl
            printf '%s\\n' '{"id":"b","text":"fever","spans":[]}' >&3
            while [ ! -d New/notes ]; do :; done
            '\(ReviewFolder.program)' import --project New good.jsonl || exit 9
            printf '%s\\n' '{"id": oops' >&3
            exec 3>&-
            wait $process
            """
        try folder.write("both.sh", script)
        let run = try CommandRun("/bin/sh", ["both.sh"], in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 1, "\(run.errors)")
        #expect(try folder.text("errors").contains("slow.jsonl:2"))
        #expect(folder.listing.filter { $0.hasPrefix("New/notes/") } == ["New/notes/good.jsonl"])
        #expect(try folder.text("New/project.json").contains("notes/good.jsonl"))
    }

    @Test("a project that was made for nothing goes again, whole")
    func unusedProject() throws {
        let folder = try ReviewFolder()
        try folder.write("bad.jsonl", "{\"id\": oops\n")
        let before = folder.listing
        #expect(try folder.run("import", "--project", "New/Inner", "bad.jsonl").exitCode == 1)
        #expect(folder.listing == before)
    }

    @Test("imports that come at once are all in the project")
    func importsAtOnce() throws {
        let folder = try ReviewFolder()
        for index in 0..<8 {
            try folder.write("i\(index).jsonl", Self.good.replacing(#""id":"g""#, with: #""id":"g\#(index)""#))
        }
        let all = (0..<8).map { "'\(ReviewFolder.program)' import --project Both i\($0).jsonl & p\($0)=$!" }
        let waits = (0..<8).map { "wait $p\($0) || exit 1" }
        try folder.write("all.sh", (all + waits).joined(separator: "\n") + "\n")
        let run = try CommandRun("/bin/sh", ["all.sh"], in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 0, "\(run.errors)")
        let settings = try folder.text("Both/project.json")
        for index in 0..<8 { #expect(settings.contains("notes/i\(index).jsonl"), "\(settings)") }
    }

    @Test("a folder that was there and is no project keeps its permissions, and the person is told")
    func sharedFolder() throws {
        let folder = try ReviewFolder()
        try folder.write("good.jsonl", Self.good)
        try folder.makeFolder("Shared")
        chmod("\(folder.path)/Shared", 0o1777)
        let run = try folder.run("import", "--project", "Shared", "good.jsonl")
        #expect(run.exitCode == 0)
        #expect(run.errors.contains("is open to others (mode 1777)"), "\(run.errors)")
        #expect(mode(folder, "Shared") & 0o7777 == 0o1777)
        #expect(mode(folder, "Shared/notes") & 0o7777 == 0o700)
        #expect(mode(folder, "Shared/notes/good.jsonl") & 0o7777 == 0o600)
    }

    @Test("a result goes through a pipe, a device or a link, and they stay what they are")
    func specialOutputs() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.good)
        try folder.write("real.jsonl", "old")
        symlink("real.jsonl", "\(folder.path)/link")
        let script = """
            mkfifo pipe; cat pipe > through & reader=$!
            '\(ReviewFolder.program)' export --format labels --output pipe in.jsonl || exit 1
            wait $reader
            for option in '--output link' '--output /dev/null' '--output /dev/stdout'; do
                '\(ReviewFolder.program)' export --format labels $option in.jsonl >> printed || exit 2
            done
            """
        try folder.write("run.sh", script)
        let run = try CommandRun("/bin/sh", ["run.sh"], in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(mode(folder, "pipe") & S_IFMT == S_IFIFO)
        #expect(mode(folder, "link") & S_IFMT == S_IFLNK)
        for name in ["through", "real.jsonl", "printed"] {
            #expect(try folder.text(name).contains(#""id":"g""#), "\(name)")
        }
    }

    @Test(
        "an export that is asked to end, or killed, leaves no draft for longer than to the next one",
        arguments: [
            SIGTERM, SIGHUP, SIGKILL,
        ])
    func drafts(signal: Int32) throws {
        let folder = try ReviewFolder()
        let script = """
            mkfifo slow.jsonl
            '\(ReviewFolder.program)' export --format labels --from labels --output out.jsonl slow.jsonl 2> errors & process=$!
            exec 3> slow.jsonl
            printf '%s\\n' '{"id":"b","text":"fever","spans":[]}' >&3
            while ! ls out.jsonl.* > /dev/null 2>&1; do :; done
            kill -\(signal) $process
            printf '%s\\n' '{"id":"c","text":"fever","spans":[]}' >&3
            exec 3>&-
            wait $process
            """
        try folder.write("run.sh", script)
        let run = try CommandRun("/bin/sh", ["run.sh"], in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 128 + signal, "\(run.errors)")
        func drafts() -> [String] { folder.listing.filter { $0.hasPrefix("out.jsonl") } }
        if signal != SIGKILL { #expect(drafts().isEmpty) }
        try folder.write("in.jsonl", Self.good)
        #expect(try folder.run("export", "--format", "labels", "--output", "out.jsonl", "in.jsonl").exitCode == 0)
        #expect(drafts() == ["out.jsonl"])
    }

    @Test("a spreadsheet runs no cell, whatever white space it begins with", arguments: ["csv", "tsv"])
    func formulas(format: String) throws {
        let folder = try ReviewFolder()
        let cells = ["=cmd|x", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
        let records = try cells.enumerated().map { index, cell in
            let text = try JSONValue.line(JSONValue.string(cell))
            return
                #"{"id":"n\#(index)","text":\#(text),"spans":[{"start":0,"end":\#(cell.unicodeScalars.count),"label":"Sign"}]}"#
        }
        try folder.write("in.jsonl", records.joined(separator: "\n") + "\n")
        let run = try folder.run("export", "--format", format, "--output", "-", "in.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        let separator: Character = format == "csv" ? "," : "\t"
        for row in run.output.split(separator: format == "csv" ? "\r\n" : "\n").dropFirst() {
            for cell in row.split(separator: separator) {
                let cell = cell.hasPrefix("\"") ? cell.dropFirst() : cell
                #expect(!"=+-@＝\t\r ".contains(cell.first ?? "x"), "\(row.debugDescription)")
            }
        }
        for cell in ["'=cmd|x", "'+1+1", "'-2+3", "'@SUM(A1)", "'＝1"] {
            #expect(run.output.contains(cell), "\(run.output)")
        }
    }
}
