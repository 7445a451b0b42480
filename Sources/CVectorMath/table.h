// One instruction set's copies of the loops, for the dispatcher.

const struct LoopTable VM_NAME(loops) = {
    .name = VM_TITLE,
    .add_bias = VM_NAME(add_bias),
    .bias_activation = VM_NAME(bias_activation),
    .residual_layer_norm = VM_NAME(residual_layer_norm),
    .softmax = VM_NAME(softmax),
    .add = VM_NAME(add),
    .from_float16 = VM_NAME(from_float16),
    .from_bfloat16 = VM_NAME(from_bfloat16),
    .all_finite = VM_NAME(all_finite),
    .packed_count = VM_NAME(packed_count),
    .pack = VM_NAME(pack),
    .linear = VM_NAME(linear),
    .quantized_count = VM_NAME(quantized_count),
    .quantize_weights = VM_NAME(quantize_weights),
    .quantized_scratch = VM_NAME(quantized_scratch),
    .quantized_linear = VM_NAME(quantized_linear),
    .attention_scratch = VM_NAME(attention_scratch),
    .attention = VM_NAME(attention),
};
