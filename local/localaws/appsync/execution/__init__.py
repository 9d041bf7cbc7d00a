"""Executes GraphQL as AppSync does: documents, per-field authorization, resolvers, data sources, errors."""
