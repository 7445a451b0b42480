import ClinicalText
import FoundationEssentials
import Journal
import Testing

@Suite("Versions of an adapter") struct AdapterVersionsTests {
    let folder: TemporaryFolder
    let project: Project
    private static let base = "mini@1f0c2a3b4c5d"

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("p"))
        try project.create()
    }

    /// Trains and adopts, as far as files are concerned.
    private func adopt(_ text: String, base: String = base) throws -> AdapterVersions.Version {
        var versions = try AdapterVersions(of: "kim", in: project)
        try versions.prepareDraft()
        try folder.write(text, to: "p/adapters/kim.draft/adapter_config.json")
        return try versions.adopt(base: base, notes: 7)
    }

    @Test("are numbered, kept when they are taken back, and used until then")
    func history() throws {
        #expect(try adopt("one").name == "kim-1")
        #expect(try adopt("two").name == "kim-2")
        var versions = try AdapterVersions(of: "kim", in: project)
        #expect(versions.inUse(for: Self.base)?.name == "kim-2")
        #expect(try versions.takeBack()?.name == "kim-2")
        #expect(try AdapterVersions(of: "kim", in: project).inUse(for: Self.base)?.name == "kim-1")
        #expect(try versions.takeBack()?.name == "kim-1")
        #expect(try versions.takeBack() == nil)
        #expect(try AdapterVersions(of: "kim", in: project).inUse(for: Self.base) == nil)
        #expect(try folder.text("p/adapters/kim-2/adapter_config.json") == "two")
        #expect(try adopt("three").name == "kim-3")
        #expect(folder.mode("p/adapters") == 0o700)
        #expect(folder.mode("p/adapters/kim.json") == 0o600)
    }

    @Test("are one annotator's and of one model, whose weights are told by their digest")
    func others() throws {
        _ = try adopt("one")
        #expect(try AdapterVersions(of: "lee", in: project).adopted.isEmpty)
        #expect(try AdapterVersions(of: "kim", in: project).inUse(for: "mini@ffffffffffff") == nil)
        try FileManager.default.removeItem(atPath: folder.file("p/adapters/kim-1"))
        #expect(try AdapterVersions(of: "kim", in: project).inUse(for: Self.base) == nil)
    }

    @Test("say whether they were trained on text in its case, and nothing of it where they were not")
    func cased() throws {
        _ = try adopt("one")
        #expect(try !folder.text("p/adapters/kim.json").contains("cased"))
        var versions = try AdapterVersions(of: "kim", in: project)
        try versions.prepareDraft()
        try folder.write("two", to: "p/adapters/kim.draft/adapter_config.json")
        _ = try versions.adopt(base: Self.base, notes: 8, cased: true)
        #expect(try AdapterVersions(of: "kim", in: project).adopted.map(\.isCased) == [false, true])
    }

    @Test("are not made of what was left of a training that was cut short")
    func draft() throws {
        let versions = try AdapterVersions(of: "kim", in: project)
        try folder.write("half", to: "p/adapters/kim.draft/folds/1/config.json")
        try versions.prepareDraft()
        var adopting = versions
        let error = #expect(throws: BadInput.self) { try adopting.adopt(base: Self.base, notes: 7) }
        #expect(error?.description.contains("kim-1") == true)
        #expect(try AdapterVersions(of: "kim", in: project).adopted.isEmpty)
    }

    @Test("a damaged list is named; a folder elsewhere is not used")
    func damaged() throws {
        try folder.write(
            #"{"adopted":[{"name":"../../etc","base":"mini@1f0c2a3b4c5d","notes":1},{"name":"..","base":"mini@1f0c2a3b4c5d","notes":1}]}"#,
            to: "p/adapters/kim.json")
        #expect(try AdapterVersions(of: "kim", in: project).adopted.isEmpty)
        try folder.write("{", to: "p/adapters/kim.json")
        let error = #expect(throws: BadInput.self) { try AdapterVersions(of: "kim", in: project) }
        #expect(error?.description.contains("kim.json") == true)
    }
}
