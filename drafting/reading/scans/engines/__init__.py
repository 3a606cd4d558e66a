"""What reads the lines of a clean page: tesseract, or RapidOCR where it is installed."""
