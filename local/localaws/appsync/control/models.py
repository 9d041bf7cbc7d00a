"""The state of AppSync's control plane: what Terraform declared, and what the data plane serves from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.appsync.models import AppSyncBackend, GraphqlSchema, appsync_backends
from moto.core.common_models import BaseModel
from moto.utilities.tagging_service import TaggingService

from localaws import partitions
from localaws.appsync.control import validation
from localaws.appsync.control.api_keys import KEYS_PER_API, ApiKey, expiry, new_key
from localaws.appsync.control.exceptions import (
    ApiKeyLimitExceededException,
    ApiLimitExceededException,
    BadRequestException,
    NotFoundException,
)
from localaws.appsync.control.identifiers import identifier
from localaws.appsync.schema import ApiSchema, SchemaError
from localaws.settings import ACCOUNT_ID

APIS_PER_REGION = 50
REPLACED_ON_UPDATE = (
    *("name", "logConfig", "authenticationType", "userPoolConfig", "openIDConnectConfig", "xrayEnabled"),
    *("additionalAuthenticationProviders", "lambdaAuthorizerConfig", "ownerContact", "introspectionConfig"),
    *("queryDepthLimit", "resolverCountLimit", "enhancedMetricsConfig"),
)
"""UpdateGraphqlApi replaces the configuration: a member that is absent goes back to its default."""

_DEFAULTS = {
    "apiType": "GRAPHQL",
    "visibility": "GLOBAL",
    "xrayEnabled": False,
    "introspectionConfig": "ENABLED",
    "queryDepthLimit": 0,
    "resolverCountLimit": 0,
}

Fields = dict[str, Any]
"""Members of a botocore shape, as the request had them."""


@dataclass
class Authentication:
    """One of an API's authentication providers."""

    mode: str
    oidc: Fields


class GraphqlApi(BaseModel):
    """One GraphQL API and everything in it."""

    def __init__(self, account_id: str, region: str, settings: Fields) -> None:
        self.api_id = identifier()
        self.urlid = identifier()
        """Names the API in its URLs; AWS keeps it apart from the id used in ARNs."""
        self.account_id = account_id
        self.region = region
        self.arn = partitions.arn("appsync", region, f"apis/{self.api_id}", account_id)
        self.settings: Fields = _DEFAULTS | settings
        self.api_keys: dict[str, ApiKey] = {}
        self.data_sources: dict[str, Fields] = {}
        self.functions: dict[str, Fields] = {}
        self.resolvers: dict[tuple[str, str], Fields] = {}
        self.schema: ApiSchema | None = None
        self.schema_status: tuple[str, str | None] = ("NOT_APPLICABLE", None)
        self.graphql_schema: Any = None
        """moto's own view of the schema, for the operations it serves: GetType, GetIntrospectionSchema."""
        self.api_cache: Any = None

    @property
    def authentications(self) -> list[Authentication]:
        """The default mode first, then the additional ones."""
        providers = [self.settings, *(self.settings.get("additionalAuthenticationProviders") or [])]
        return [Authentication(each["authenticationType"], each.get("openIDConnectConfig") or {}) for each in providers]

    @property
    def default_mode(self) -> str:
        """Protects every field without a directive."""
        mode: str = self.settings["authenticationType"]
        return mode

    def update(self, changes: Fields) -> None:
        """Replaces the configuration; visibility and type stay as created."""
        kept = {name: value for name, value in self.settings.items() if name not in REPLACED_ON_UPDATE}
        settings = _DEFAULTS | kept | {name: changes[name] for name in REPLACED_ON_UPDATE if name in changes}
        validation.check_api(settings)
        self.settings = settings

    @property
    def is_private(self) -> bool:
        """Whether the API is reached through VPC endpoints only."""
        return bool(self.settings["visibility"] == "PRIVATE")

    @property
    def host(self) -> str:
        """AWS's name of the GraphQL endpoint: what leads to a VPC endpoint, or not."""
        return f"{self.urlid}.appsync-api.{self.region}.amazonaws.com"

    def field_arn(self, type_name: str, field_name: str) -> str:
        """The resource that `appsync:GraphQL` is granted on."""
        return f"{self.arn}/types/{type_name}/fields/{field_name}"

    def start_schema_creation(self, definition: str) -> None:
        """Replaces the schema if it is valid, and with it drops the resolvers of fields that are gone."""
        try:
            schema = ApiSchema(definition)
        except SchemaError as error:
            self.schema_status = ("FAILED", str(error))
            return
        self.schema = schema
        self.schema_status = ("SUCCESS", None)
        self.graphql_schema = GraphqlSchema(definition, region_name=self.region)
        self.resolvers = {key: value for key, value in self.resolvers.items() if schema.has_field(*key)}


class LocalAppSyncBackend(AppSyncBackend):
    """moto's backend with data sources, functions, resolvers, and APIs that can be executed."""

    graphql_apis: dict[str, GraphqlApi]

    def api(self, api_id: str) -> GraphqlApi:
        """Raises NotFoundException."""
        api = self.graphql_apis.get(api_id)
        if api is None:
            raise NotFoundException(f"GraphQL API {api_id} not found.")
        return api

    def create_api_from(self, settings: Fields, tags: dict[str, str]) -> GraphqlApi:
        """Creates a GraphQL API."""
        if len(self.graphql_apis) >= APIS_PER_REGION:
            raise ApiLimitExceededException("The GraphQL API exceeded a limit.")
        validation.check_api(_DEFAULTS | settings)
        api = GraphqlApi(self.account_id, self.region_name, settings)
        self.graphql_apis[api.api_id] = api
        self.tagger.tag_resource(api.arn, TaggingService.convert_dict_to_tags_input(tags))
        return api

    def delete_graphql_api(self, api_id: str) -> None:
        """Deletes the API and everything in it."""
        self.tagger.delete_all_tags_for_resource(self.api(api_id).arn)
        del self.graphql_apis[api_id]

    def create_key(self, api_id: str, description: str | None, expires: int | None) -> ApiKey:
        """Creates an API key."""
        api = self.api(api_id)
        if len(api.api_keys) >= KEYS_PER_API:
            raise ApiKeyLimitExceededException("The API key exceeded a limit.")
        key = new_key(description, expires)
        api.api_keys[key.id] = key
        return key

    def update_key(self, api_id: str, key_id: str, description: str | None, expires: int | None) -> ApiKey:
        """Changes what is given; an expired key can be extended until it is deleted."""
        key = self.key(api_id, key_id)
        if expires is not None:
            key.expires = expiry(expires)
        if description is not None:
            key.description = description
        return key

    def key(self, api_id: str, key_id: str) -> ApiKey:
        """Raises NotFoundException."""
        key = self.api(api_id).api_keys.get(key_id)
        if key is None:
            raise NotFoundException(f"API key {key_id} not found.")
        return key

    def put_data_source(self, api_id: str, source: Fields, *, new: bool) -> Fields:
        """Creates or replaces a data source."""
        api = self.api(api_id)
        _expect(api.data_sources, source["name"], "data source", new=new)
        validation.check_data_source(source)
        saved = {**source, "dataSourceArn": f"{api.arn}/datasources/{source['name']}"}
        api.data_sources[source["name"]] = saved
        return saved

    def delete_data_source(self, api_id: str, name: str) -> None:
        """Refused while a function or resolver still names it."""
        api = self.api(api_id)
        _expect(api.data_sources, name, "data source", new=False)
        for user in [*api.functions.values(), *api.resolvers.values()]:
            if user.get("dataSourceName") == name:
                raise BadRequestException(f"Cannot delete data source {name} as it is currently in use.")
        del api.data_sources[name]

    def put_function(self, api_id: str, function: Fields) -> Fields:
        """Creates a function, or replaces the one whose functionId is given."""
        api = self.api(api_id)
        function_id = function.get("functionId")
        if function_id is not None:
            _expect(api.functions, function_id, "function", new=False)
        if function["dataSourceName"] not in api.data_sources:
            raise NotFoundException(f"No data source found named {function['dataSourceName']}.")
        validation.check_code(function)
        function_id = function_id or identifier()
        arn = f"{api.arn}/functions/{function_id}"
        # The runtime's version stands where mapping templates have theirs.
        saved = {"functionVersion": "2018-05-29", **function, "functionId": function_id, "functionArn": arn}
        api.functions[function_id] = saved
        return saved

    def delete_function(self, api_id: str, function_id: str) -> None:
        """Refused while a pipeline still names it."""
        api = self.api(api_id)
        _expect(api.functions, function_id, "function", new=False)
        for resolver in api.resolvers.values():
            if function_id in ((resolver.get("pipelineConfig") or {}).get("functions") or []):
                raise BadRequestException(f"Cannot delete function {function_id} as it is currently in use.")
        del api.functions[function_id]

    def put_resolver(self, api_id: str, resolver: Fields, *, new: bool) -> Fields:
        """Creates or replaces the resolver of a field."""
        api = self.api(api_id)
        key = resolver["typeName"], resolver["fieldName"]
        if api.schema is None or not api.schema.has_field(*key):
            raise NotFoundException(f"No field named {key[1]} found on type {key[0]}.")
        if new and key in api.resolvers:
            raise BadRequestException("Only one resolver is allowed per field.")
        if not new and key not in api.resolvers:
            raise NotFoundException("No resolver found.")
        validation.check_pipeline(resolver, api.functions, api.data_sources)
        validation.check_code(resolver)
        arn = f"{api.arn}/types/{key[0]}/resolvers/{key[1]}"
        saved = {"kind": "UNIT", **resolver, "resolverArn": arn}
        api.resolvers[key] = saved
        return saved

    def resolver(self, api_id: str, type_name: str, field_name: str) -> Fields:
        """Raises NotFoundException."""
        resolver = self.api(api_id).resolvers.get((type_name, field_name))
        if resolver is None:
            raise NotFoundException("No resolver found.")
        return resolver


def _expect(table: dict[str, Fields], name: str, label: str, *, new: bool) -> None:
    if new and name in table:
        raise BadRequestException(f"A {label} with name {name} already exists.")
    if not new and name not in table:
        raise NotFoundException(f"No {label} found named {name}.")


def all_apis() -> Iterator[GraphqlApi]:
    """Every GraphQL API of the account, in every Region."""
    for backend in list(appsync_backends[ACCOUNT_ID].values()):
        yield from list(backend.graphql_apis.values())
