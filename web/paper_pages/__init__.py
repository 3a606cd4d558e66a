"""The paper's pages: preview and downloads, proofreading, versions, and the way back from Word."""
