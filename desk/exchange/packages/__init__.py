"""Exchange packages (摆渡包): a zip file with a manifest, for networks that only carry files.

``manifest`` says what stands in one and looks whether it is whole and whose; ``making`` puts one
together of what the other side does not have yet; ``taking`` shows what would be taken and takes
it. How far the exchange has come stands in :mod:`casework.systems.packages`.
"""
