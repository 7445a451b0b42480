import FoundationEssentials
import Glibc
import Testing

/// Two users of one group, and whether there can be some here.
private enum Users {
    static let group: gid_t = 3000
    static let victim: uid_t = 2001
    static let attacker: uid_t = 2002

    /// Why this cannot be tried here.
    static let reason: String? = {
        if geteuid() != 0 { return "only root may change to other users" }
        if access("/usr/bin/setpriv", X_OK) != 0 { return "setpriv is not installed (Debian: apt install util-linux)" }
        let probe = try? CommandRun(
            "/usr/bin/setpriv", privileges(of: victim) + [ReviewFolder.program, "--version"], in: "/", environment: [:])
        return probe?.exitCode == 0 ? nil : "another user cannot run the program where it is built"
    }()

    static func privileges(of user: uid_t) -> [String] {
        ["--reuid", "\(user)", "--regid", "\(group)", "--clear-groups"]
    }
}

/// Two people of one group share a project: one of them is not to be trusted.
@Suite(
    "A member of the project's group", .disabled(if: Users.reason != nil, "\(Users.reason ?? "")"))
struct TwoUsersTests {
    /// A project of the group with decisions of the attacker's, and files of the victim's that nobody else may touch.
    private struct Shared {
        let folder: ReviewFolder
        let secrets = ["token", "id_rsa", "bashrc", "profile", "vimrc"]

        init() throws {
            folder = try ReviewFolder(notes: ["a": "Denies chest pain and fever."])
            chmod(folder.path, 0o755)
            chown(folder.path, Users.attacker, Users.group)
            let everything = [folder.notes, "\(folder.notes)/a.txt", folder.project]
            for name in everything { chown("\(folder.path)/\(name)", Users.attacker, Users.group) }
            chmod("\(folder.path)/\(folder.notes)", 0o755)
            chmod("\(folder.path)/\(folder.notes)/a.txt", 0o644)
            chmod("\(folder.path)/\(folder.project)", 0o2770)
            for name in ["schema.json", "guidelines.md"] {
                chown("\(folder.path)/\(folder.project)/\(name)", Users.attacker, Users.group)
                chmod("\(folder.path)/\(folder.project)/\(name)", 0o660)
            }
            try folder.makeFolder("victim")
            for name in secrets {
                try folder.write("victim/\(name)", "the victim's \(name)")
                chmod("\(folder.path)/victim/\(name)", 0o600)
                chown("\(folder.path)/victim/\(name)", Users.victim, Users.victim)
            }
            chown("\(folder.path)/victim", Users.victim, Users.victim)
            chmod("\(folder.path)/victim", 0o700)
        }

        func run(as user: uid_t, _ arguments: [String]) throws -> CommandRun {
            try CommandRun(
                "/usr/bin/setpriv", Users.privileges(of: user) + [ReviewFolder.program] + arguments, in: folder.path,
                environment: folder.environment)
        }

        /// A session that decides once, where it may.
        func review(as user: uid_t, _ annotator: String) throws -> ScreenText {
            let words =
                ["/usr/bin/setpriv"] + Users.privileges(of: user)
                + [
                    ReviewFolder.program, "review", "--blind", "--project", folder.project, "--annotator", annotator,
                    folder.notes,
                ]
            let window = try folder.window(
                "TERM=tmux-256color " + words.map { "'\($0)'" }.joined(separator: " "), columns: 160)
            let screen = try window.wait("the note or a refusal") {
                $0.contains("chest pain") || $0.contains("exit status ")
            }
            if screen.contains("exit status ") { return screen }
            try window.press("S")
            try window.wait("a decision, or why there is none") { $0.contains("yours") || $0.contains("read-only") }
            try window.press("q")
            return try window.waitForExit().screen
        }

        func link(_ secret: String, at name: String) throws {
            let path = "\(folder.path)/\(folder.project)/\(name)"
            unlink(path)
            #expect(symlink("\(folder.path)/victim/\(secret)", path) == 0)
            lchown(path, Users.attacker, Users.group)
        }

        /// Nobody else's file was read, written, emptied, or had its rights changed.
        func expectUntouched(at place: Testing.SourceLocation = #_sourceLocation) throws {
            for name in secrets {
                var status = stat()
                #expect(lstat("\(folder.path)/victim/\(name)", &status) == 0, sourceLocation: place)
                #expect(
                    status.st_mode & 0o7777 == 0o600 && status.st_uid == Users.victim && status.st_gid == Users.victim,
                    "\(name)", sourceLocation: place)
                #expect(try folder.text("victim/\(name)") == "the victim's \(name)", sourceLocation: place)
            }
            for name in folder.listing where name.hasPrefix(folder.project) {
                let text = (try? folder.text(name)) ?? ""
                var status = stat()
                let isLink = lstat("\(folder.path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
                #expect(isLink || !text.contains("the victim's"), "\(name)", sourceLocation: place)
            }
        }
    }

    @Test(
        "reaches no file of another's through links in a project",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
    func links() throws {
        let shared = try Shared()
        let folder = shared.folder
        #expect(try shared.review(as: Users.attacker, "mal").contains("1 decision saved"))
        // The journal of the victim, and what is set aside of it.
        try shared.link("token", at: "journals/vic.jsonl")
        try folder.write("\(folder.project)/journals/vic.jsonl.torn", "")
        chmod("\(folder.path)/\(folder.project)/journals/vic.jsonl.torn", 0o666)
        #expect(try shared.review(as: Users.victim, "vic").contains("is a link"))
        try shared.expectUntouched()
        for name in ["vic.jsonl", "vic.jsonl.torn"] { try folder.remove("\(folder.project)/journals/\(name)") }

        // Locks, labels, indexes.
        try shared.link("id_rsa", at: "labels.jsonl.lock")
        try shared.link("bashrc", at: "labels.jsonl")
        let export = ["export", "--format", "labels", "--output", "-", folder.project]
        let refused = try shared.run(as: Users.victim, export)
        #expect(refused.exitCode == 0 && refused.errors.contains("is a link"), "\(refused.errors)")
        try shared.expectUntouched()
        try folder.remove("\(folder.project)/labels.jsonl.lock")
        #expect(try shared.run(as: Users.victim, export).exitCode == 0)
        try shared.expectUntouched()

        for name in [
            "journal-vic.\(Users.victim).index", "notes.\(Users.victim).index", "labels.\(Users.victim).index",
        ] {
            try shared.link("profile", at: "cache/\(name)")
        }
        #expect(try shared.review(as: Users.victim, "vic").contains("1 decision saved"))
        try shared.expectUntouched()
        try shared.link("vimrc", at: "journals/vic.jsonl.lock")
        _ = try shared.review(as: Users.victim, "vic")
        try shared.expectUntouched()
    }

    @Test("cannot have an export written into a file of theirs")
    func preparedOutput() throws {
        let shared = try Shared()
        let folder = shared.folder
        try folder.write("in.jsonl", #"{"id":"a","text":"Mueller has chest pain.","spans":[]}"# + "\n")
        chmod("\(folder.path)/in.jsonl", 0o644)
        try folder.makeFolder("sticky")
        chmod("\(folder.path)/sticky", 0o1777)
        try folder.write("sticky/out.jsonl", "")
        chown("\(folder.path)/sticky/out.jsonl", Users.attacker, Users.group)
        chmod("\(folder.path)/sticky/out.jsonl", 0o666)
        let run = try shared.run(
            as: Users.victim, ["export", "--format", "labels", "--output", "sticky/out.jsonl", "in.jsonl"])
        #expect(run.exitCode == 1)
        #expect(run.errors.contains("belongs to another user"), "\(run.errors)")
        #expect(try folder.text("sticky/out.jsonl").isEmpty)
        let other = try shared.run(
            as: Users.victim, ["export", "--format", "labels", "--output", "sticky/own.jsonl", "in.jsonl"])
        #expect(other.exitCode == 0, "\(other.errors)")
        var status = stat()
        #expect(stat("\(folder.path)/sticky/own.jsonl", &status) == 0)
        #expect(status.st_uid == Users.victim && status.st_mode & 0o777 == 0o600)
        #expect(folder.listing.filter { $0.hasPrefix("sticky/") } == ["sticky/out.jsonl", "sticky/own.jsonl"])
    }

    @Test(
        "is not believed where they wrote an index in another's name",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
    func indexes() throws {
        let shared = try Shared()
        let folder = shared.folder
        #expect(try shared.review(as: Users.victim, "vic").contains("1 decision saved"))
        // An index of the attacker's own that is right in every number but the owner.
        let name = "\(folder.project)/cache/journal-vic.\(Users.victim).index"
        let bytes = try folder.bytes(name)
        try folder.remove(name)
        try folder.write(name, bytes)
        chown("\(folder.path)/\(name)", Users.attacker, Users.group)
        chmod("\(folder.path)/\(name)", 0o666)
        _ = try shared.review(as: Users.victim, "vic")
        var status = stat()
        #expect(stat("\(folder.path)/\(name)", &status) == 0)
        #expect(status.st_uid == Users.victim && status.st_mode & 0o777 == 0o600, "it was made anew")
    }
}
