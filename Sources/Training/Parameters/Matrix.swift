import COpenBLAS
import CVectorMath

/// A matrix in memory that something else owns.
struct Matrix {
    let start: UnsafeMutablePointer<Float>
    let rows: Int
    let columns: Int
    /// Numbers from one row to the next.
    let stride: Int

    init(_ start: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.start = start
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    /// The rows `range`.
    func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        return Matrix(start + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// The columns `range`.
    func columns(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        return Matrix(start + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// self = scale · left right.
    func set(_ left: Matrix, times right: Matrix, scale: Float = 1) {
        multiply(left.asIs, right.asIs, scale, adding: 0)
    }

    /// self += scale · left right.
    func add(_ left: Matrix, times right: Matrix, scale: Float = 1) {
        multiply(left.asIs, right.asIs, scale, adding: 1)
    }

    /// self = scale · left rightᵀ.
    func set(_ left: Matrix, timesTransposed right: Matrix, scale: Float = 1) {
        multiply(left.asIs, right.transposed, scale, adding: 0)
    }

    /// self += scale · left rightᵀ.
    func add(_ left: Matrix, timesTransposed right: Matrix, scale: Float = 1) {
        multiply(left.asIs, right.transposed, scale, adding: 1)
    }

    /// self = scale · leftᵀ right.
    func set(transposed left: Matrix, times right: Matrix, scale: Float = 1) {
        multiply(left.transposed, right.asIs, scale, adding: 0)
    }

    /// self += scale · leftᵀ right.
    func add(transposed left: Matrix, times right: Matrix, scale: Float = 1) {
        multiply(left.transposed, right.asIs, scale, adding: 1)
    }

    /// A matrix as a product reads it.
    private struct Factor {
        let matrix: Matrix
        let form: CBLAS_TRANSPOSE
        let rows: Int
        let columns: Int
    }

    private var asIs: Factor { Factor(matrix: self, form: CblasNoTrans, rows: rows, columns: columns) }
    private var transposed: Factor { Factor(matrix: self, form: CblasTrans, rows: columns, columns: rows) }

    /// self = scale · left right + adding · self.
    private func multiply(_ left: Factor, _ right: Factor, _ scale: Float, adding: Float) {
        precondition(left.rows == rows && right.columns == columns && left.columns == right.rows)
        guard rows > 0, columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, left.form, right.form, blasint(rows), blasint(columns), blasint(left.columns), scale,
            left.matrix.start, blasint(left.matrix.stride), right.matrix.start, blasint(right.matrix.stride), adding,
            start, blasint(stride))
    }
}
