import ClinicalText
import FoundationEssentials
import Glibc
import Support
import Testing

/// An ext4 file system in a file.
private final class Disk {
    let folder: ReviewFolder
    let mount: String
    private(set) var isMounted = false

    init() throws {
        folder = try ReviewFolder(notes: [:])
        mount = "\(folder.path)/mnt"
        try folder.makeFolder("mnt")
        let made = try shell("truncate -s 24M image && mkfs.ext4 -q -F image && mount -o loop image mnt")
        isMounted = made.exitCode == 0
    }

    deinit {
        _ = try? shell("umount -l mnt after 2> /dev/null")
    }

    @discardableResult
    func shell(_ script: String) throws -> CommandRun {
        try CommandRun(
            "/bin/sh", ["-c", script], in: folder.path,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    /// A file as it is on the disk now, whatever the page cache holds.
    func afterCut(_ name: String) throws -> [UInt8] {
        let run = try shell(
            "cp image copy && mkdir -p after && mount -o loop copy after && cat after/\(name); umount after; rm copy"
        )
        return Array(run.output.utf8)
    }
}

private enum Images {
    /// Why this cannot be tried here.
    static let reason: String? = {
        if TerminalWindow.isMissing { return TerminalWindow.missing }
        if geteuid() != 0 { return "only root may mount a disk's image" }
        guard let disk = try? Disk() else { return "this machine mounts no images (losetup, mkfs.ext4)" }
        return disk.isMounted ? nil : "this machine mounts no images (losetup, mkfs.ext4)"
    }()
}

/// What a disk has at the moment of a power cut, read as after a restart.
///
/// The disk is an image that is mounted; what it has is a copy of the image.
@Suite("A power cut", .disabled(if: Images.reason != nil, "\(Images.reason ?? "")"))
struct PowerCutTests {
    @Test("takes nothing that was shown as saved, of this session or of one before it that was killed")
    func saved() throws {
        let disk = try Disk()
        let words = (0..<60).map { "pain\(10 + $0)" }
        let spans = (0..<60).map { #"{"start":\#($0 * 7),"end":\#($0 * 7 + 6),"label":"Sign_symptom"}"# }
        try disk.folder.write(
            "mnt/in.jsonl",
            #"{"id":"n","text":"\#(words.joined(separator: " "))","spans":[\#(spans.joined(separator: ","))]}"# + "\n")
        try disk.shell("cp -r \(disk.folder.project) mnt/Project; sync")
        let command =
            "TERM=tmux-256color '\(ReviewFolder.program)' review --project mnt/Project --annotator kim mnt/in.jsonl"
        var decided = 0
        for round in 0..<4 {
            let window = try disk.folder.window(command, columns: 100, rows: 20)
            let first = try window.wait("the suggestions, saved") {
                $0.undecided == 60 - decided && $0.status.hasSuffix("saved")
            }
            // What the session before it, killed in the middle of saving, had written is on the disk before that is said.
            if round > 0 {
                let kept = try IndependentFold(try disk.afterCut("Project/journals/kim.jsonl"))
                #expect(kept.lines.count == decided, "round \(round)\n\(first)")
            }
            for _ in 0..<5 {
                try window.press("a")
                decided += 1
                try window.wait("saved") { $0.undecided == 60 - decided && $0.status.hasSuffix("saved") }
                let kept = try IndependentFold(try disk.afterCut("Project/journals/kim.jsonl"))
                #expect(kept.lines.count == decided && kept.torn == 0)
            }
            try window.press("a")
            decided += 1
            try window.wait("shown, saved or not") { $0.undecided == 60 - decided }
            let holder = try #require(Self.holder(disk))
            kill(holder, SIGKILL)
            _ = try window.waitForExit()
        }
    }

    private static func holder(_ disk: Disk) -> pid_t? {
        guard let word = try? disk.folder.text("mnt/Project/journals/kim.jsonl.lock"),
            let value = try? JSONDecoder().decode([String: IndependentFold.Value].self, from: Data(word.utf8))
        else { return nil }
        return value["pid"]?.int.map { pid_t($0) }
    }
}
