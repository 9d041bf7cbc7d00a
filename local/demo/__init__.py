"""The blueprint on this machine: local AWS, the real Terraform applied to it, and the sample UI.

Used by `make demo` and by tests/.
"""
