"""The way back: a .docx of ours that somebody edited, compared with its draft."""
