"""AWS on a laptop: moto, and in moto's own shape what moto lacks, behind one loopback endpoint.

Start reading at `server` (how a request is routed), then `README.md` beside this package (the seams).
Nothing here may import from lambdas/ or ui/: the product meets this package over HTTP only.
"""
