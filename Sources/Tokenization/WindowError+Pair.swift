extension WindowError {
    /// Says that windows of `window` tokens, of which a question and special tokens take `around`, cannot share `shared`.
    package init(window: Int, around: Int, shared: Int) {
        self.init(maximum: window, stride: shared, special: around)
    }
}
