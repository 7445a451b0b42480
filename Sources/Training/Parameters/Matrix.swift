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
        precondition(left.rows == rows && right.columns == columns && left.columns == right.rows)
        multiply(CblasNoTrans, left, CblasNoTrans, right, depth: left.columns, scale, adding: 0)
    }

    /// self += scale · left right.
    func add(_ left: Matrix, times right: Matrix, scale: Float = 1) {
        precondition(left.rows == rows && right.columns == columns && left.columns == right.rows)
        multiply(CblasNoTrans, left, CblasNoTrans, right, depth: left.columns, scale, adding: 1)
    }

    /// self = scale · left rightᵀ.
    func set(_ left: Matrix, timesTransposed right: Matrix, scale: Float = 1) {
        precondition(left.rows == rows && right.rows == columns && left.columns == right.columns)
        multiply(CblasNoTrans, left, CblasTrans, right, depth: left.columns, scale, adding: 0)
    }

    /// self += scale · left rightᵀ.
    func add(_ left: Matrix, timesTransposed right: Matrix, scale: Float = 1) {
        precondition(left.rows == rows && right.rows == columns && left.columns == right.columns)
        multiply(CblasNoTrans, left, CblasTrans, right, depth: left.columns, scale, adding: 1)
    }

    /// self = scale · leftᵀ right.
    func set(transposed left: Matrix, times right: Matrix, scale: Float = 1) {
        precondition(left.columns == rows && right.columns == columns && left.rows == right.rows)
        multiply(CblasTrans, left, CblasNoTrans, right, depth: left.rows, scale, adding: 0)
    }

    /// self += scale · leftᵀ right.
    func add(transposed left: Matrix, times right: Matrix, scale: Float = 1) {
        precondition(left.columns == rows && right.columns == columns && left.rows == right.rows)
        multiply(CblasTrans, left, CblasNoTrans, right, depth: left.rows, scale, adding: 1)
    }

    private func multiply(
        _ leftForm: CBLAS_TRANSPOSE, _ left: Matrix, _ rightForm: CBLAS_TRANSPOSE, _ right: Matrix, depth: Int,
        _ scale: Float, adding: Float
    ) {
        guard rows > 0, columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, leftForm, rightForm, blasint(rows), blasint(columns), blasint(depth), scale, left.start,
            blasint(left.stride), right.start, blasint(right.stride), adding, start, blasint(stride))
    }
}
