// The kernels of one instruction set, by what it includes, for its VMInstructionSet.

/// Everything but the products of bfloat16.
#define VM_ALL_KERNELS \
    .add_bias = VM_NAME(add_bias), .bias_activation = VM_NAME(bias_activation), \
    .residual_layer_norm = VM_NAME(residual_layer_norm), .softmax = VM_NAME(softmax), .gate = VM_NAME(gate), \
    .rotate = VM_NAME(rotate), .add_relative = VM_NAME(add_relative), .add = VM_NAME(add), \
    .from_float16 = VM_NAME(from_float16), .from_bfloat16 = VM_NAME(from_bfloat16), .all_finite = VM_NAME(all_finite), \
    .packed_count = VM_NAME(packed_count), .pack = VM_NAME(pack), .linear = VM_NAME(linear), VM_BYTE_KERNELS, \
    .attention_scratch = VM_NAME(attention_scratch), .attention = VM_NAME(attention), \
    .scores_scratch = VM_NAME(scores_scratch), .scores = VM_NAME(scores), \
    .mixtures_scratch = VM_NAME(mixtures_scratch), .mixtures = VM_NAME(mixtures), .dropout = VM_NAME(dropout), \
    .norm_forward = VM_NAME(norm_forward), .norm_backward = VM_NAME(norm_backward), \
    .activation_forward = VM_NAME(activation_forward), .activation_backward = VM_NAME(activation_backward), \
    .softmax_backward = VM_NAME(softmax_backward), .log_sum_exp = VM_NAME(log_sum_exp), \
    .exponentials = VM_NAME(exponentials), .sum_of_squares = VM_NAME(sum_of_squares), .adamw = VM_NAME(adamw)

#define VM_BYTE_KERNELS \
    .quantized_form = VM_NAME(quantized_form), .quantized_count = VM_NAME(quantized_count), \
    .quantized_scale_count = VM_NAME(quantized_scale_count), .quantize_weights = VM_NAME(quantize_weights), \
    .quantized_scratch = VM_NAME(quantized_scratch), .quantized_linear = VM_NAME(quantized_linear)

#define VM_BFLOAT16_KERNELS \
    .bfloat16_count = VM_NAME(bfloat16_count), .bfloat16_pack = VM_NAME(bfloat16_pack), \
    .bfloat16_scratch = VM_NAME(bfloat16_scratch), .bfloat16_linear = VM_NAME(bfloat16_linear), \
    .bfloat16_attention_scratch = VM_NAME(bfloat16_attention_scratch), \
    .bfloat16_attention = VM_NAME(bfloat16_attention)
