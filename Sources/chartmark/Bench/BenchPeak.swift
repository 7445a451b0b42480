import ArgumentParser
import ClinicalBERT
import ClinicalText

extension BenchCommand {
    /// What the machine could do at most.
    struct Peak: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "peak",
            abstract: "Measure what a core and all cores multiply and add in each precision, and copy from memory.",
            discussion: """
                From registers alone, by the widest instructions in use: nothing that computes products is faster.
                """)

        @OptionGroup var workers: WorkerThreads

        func run() throws {
            standardOutput("\(ProcessorName.current): \(VectorInstructions.title)")
            for precision in Precision.allCases {
                let measure = PeakMeasure(precision)
                let one = measure.gigaflops(threads: 1)
                guard one > 0 else {
                    standardOutput("\(precision.rawValue): none, \(precision.unavailableReason ?? "")")
                    continue
                }
                let all = measure.gigaflops(threads: workers.count)
                let unit = precision == .int8 ? "gigaops" : "gigaflops"
                standardOutput(
                    "\(precision.rawValue): one core \(one.rounded(toPlaces: 1)), "
                        + "\(workers.count) threads \(all.rounded(toPlaces: 1)) \(unit)")
            }
            standardOutput(
                "copy: one core \(CopyMeasure.gigabytes(threads: 1).rounded(toPlaces: 1)), \(workers.count) threads "
                    + "\(CopyMeasure.gigabytes(threads: workers.count).rounded(toPlaces: 1)) gigabytes read and written a second"
            )
        }
    }
}
