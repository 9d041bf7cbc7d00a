"""AppSync's control plane, in moto's own five-file shape: what moto's `appsync` keeps wrongly or not at all."""
