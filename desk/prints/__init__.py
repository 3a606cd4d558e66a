"""What goes with a paper: PDF and OFD, the office's own template, 附件, the sealed copy."""
