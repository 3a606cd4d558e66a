"""A language model of a few thousand numbers by chance: it says nothing, but an engine runs it.

    python tiny_model.py serve PORT MODEL    (with the package xllamacpp: llama.cpp's own server)

The weights are made here (package gguf), so that the contract with a real engine can be tried where
no weights can be had.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

WIDTH, HEADS, INNER, LAYERS, CONTEXT = 32, 2, 64, 1, 2_048
TEMPLATE = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"
_UNKNOWN, _CONTROL, _BYTE = 2, 3, 6


def make(path: Path) -> Path:
    """Write the model to ``path`` and return it."""
    import gguf
    import numpy

    chance = numpy.random.default_rng(18)
    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    kinds = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256]
    out = gguf.GGUFWriter(path, "llama")
    out.add_name("tiny")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(INNER)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_vocab_size(len(words))
    out.add_tokenizer_model("llama")
    out.add_token_list(words)
    out.add_token_scores([0.0] * len(words))
    out.add_token_types(kinds)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)
    out.add_chat_template(TEMPLATE)

    def tensor(name: str, *shape: int) -> None:
        values = numpy.ones(shape) if len(shape) == 1 else chance.normal(0, 0.2, shape)
        out.add_tensor(name, values.astype(numpy.float32))

    tensor("token_embd.weight", len(words), WIDTH)
    tensor("output_norm.weight", WIDTH)
    tensor("output.weight", len(words), WIDTH)
    for layer in range(LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            tensor(f"blk.{layer}.{norm}.weight", WIDTH)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        for part in ("ffn_gate", "ffn_up"):
            tensor(f"blk.{layer}.{part}.weight", INNER, WIDTH)
        tensor(f"blk.{layer}.ffn_down.weight", WIDTH, INNER)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def serve(port: int, path: str) -> None:
    """Serve the model on loopback until the process is ended."""
    import xllamacpp

    chosen = xllamacpp.CommonParams()
    chosen.model.path = path
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = port
    chosen.n_ctx = CONTEXT
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = 1
    chosen.warmup = False
    server = xllamacpp.Server(chosen)
    while server.listening_address:
        time.sleep(1)


if __name__ == "__main__":
    serve(int(sys.argv[2]), sys.argv[3])
