"""The API's schema: AppSync's scalars and directives, what AppSync refuses, and who may read which field."""

from localaws.appsync.schema.document import ApiSchema, SchemaError

__all__ = ["ApiSchema", "SchemaError"]
