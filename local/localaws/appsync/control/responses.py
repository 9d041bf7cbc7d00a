"""AppSync's control-plane operations: reads requests moto has parsed, answers in botocore's shapes.

Differs from AWS: changes are visible at once instead of some seconds later, lists are never paginated, and
GetSchemaCreationStatus never answers PROCESSING, because validating a schema takes milliseconds here.
"""

from __future__ import annotations

from typing import Any

from moto.appsync.models import appsync_backends
from moto.appsync.responses import AppSyncResponse
from moto.core.responses import ActionResult, EmptyResult

from localaws.appsync.control.exceptions import NotFoundException
from localaws.appsync.control.models import Fields, GraphqlApi, LocalAppSyncBackend


class LocalAppSyncResponse(AppSyncResponse):
    """moto's operations, with those replaced or added that executing an API needs."""

    endpoint = "http://127.0.0.1:4566"
    """Where this server is reached; set once when it starts."""

    @property
    def backend(self) -> LocalAppSyncBackend:
        """State of the Region that the request was signed for."""
        backend: LocalAppSyncBackend = appsync_backends[self.current_account][self.region]
        return backend

    @property
    def fields(self) -> Fields:
        """The request's members without the API's id."""
        return {name: value for name, value in self.params.items() if name not in ("apiId", "tags")}

    # ---- APIs

    def create_api(self) -> ActionResult:
        """CreateApi makes an AppSync Events API, whose data plane does not exist here: better none than a mute one."""
        raise NotImplementedError

    def create_graphql_api(self) -> ActionResult:
        """CreateGraphqlApi."""
        return self._api(self.backend.create_api_from(self.fields, self._get_param("tags") or {}))

    def get_graphql_api(self) -> ActionResult:
        """GetGraphqlApi."""
        return self._api(self.backend.api(self._get_param("apiId")))

    def update_graphql_api(self) -> ActionResult:
        """UpdateGraphqlApi."""
        api = self.backend.api(self._get_param("apiId"))
        api.update(self.fields)
        return self._api(api)

    def list_graphql_apis(self) -> ActionResult:
        """ListGraphqlApis."""
        kind = self._get_param("apiType") or "GRAPHQL"
        apis = self.backend.graphql_apis.values()
        found = [self._describe(api) for api in apis if api.settings.get("apiType", "GRAPHQL") == kind]
        return ActionResult({"graphqlApis": found})

    def _api(self, api: GraphqlApi) -> ActionResult:
        return ActionResult({"graphqlApi": self._describe(api)})

    def _describe(self, api: GraphqlApi) -> Fields:
        path = f"/appsync/{api.urlid}/graphql"
        realtime = self.endpoint.replace("http", "ws", 1)
        host = self.endpoint.partition("://")[2]
        return {
            **api.settings,
            "apiId": api.api_id,
            "arn": api.arn,
            "owner": api.account_id,
            "uris": {"GRAPHQL": f"{self.endpoint}{path}", "REALTIME": f"{realtime}{path}/realtime"},
            "dns": {"GRAPHQL": host, "REALTIME": host},
            "tags": self.backend.list_tags_for_resource(api.arn),
        }

    # ---- schema

    def start_schema_creation(self) -> ActionResult:
        """StartSchemaCreation."""
        definition = self._get_param("definition")
        text = definition.decode("utf-8", errors="replace") if isinstance(definition, bytes) else str(definition)
        self.backend.api(self._get_param("apiId")).start_schema_creation(text)
        return ActionResult({"status": "PROCESSING"})

    def get_schema_creation_status(self) -> ActionResult:
        """GetSchemaCreationStatus."""
        status, details = self.backend.api(self._get_param("apiId")).schema_status
        return ActionResult({"status": status, "details": details})

    # ---- API keys

    def create_api_key(self) -> ActionResult:
        """CreateApiKey."""
        api_id = self._get_param("apiId")
        key = self.backend.create_key(api_id, self._get_param("description"), self._get_param("expires"))
        return ActionResult({"apiKey": key.as_dict()})

    def update_api_key(self) -> ActionResult:
        """UpdateApiKey."""
        api_id = self._get_param("apiId")
        description, expires = self._get_param("description"), self._get_param("expires")
        key = self.backend.update_key(api_id, self._get_param("id"), description, expires)
        return ActionResult({"apiKey": key.as_dict()})

    def list_api_keys(self) -> ActionResult:
        """ListApiKeys."""
        api_id = self._get_param("apiId")
        return ActionResult({"apiKeys": [key.as_dict() for key in self.backend.api(api_id).api_keys.values()]})

    def delete_api_key(self) -> ActionResult:
        """DeleteApiKey."""
        api_id = self._get_param("apiId")
        key = self.backend.key(api_id, self._get_param("id"))
        del self.backend.api(api_id).api_keys[key.id]
        return EmptyResult()

    # ---- data sources

    def create_data_source(self) -> ActionResult:
        """CreateDataSource."""
        return self._data_source(new=True)

    def update_data_source(self) -> ActionResult:
        """UpdateDataSource."""
        return self._data_source(new=False)

    def _data_source(self, *, new: bool) -> ActionResult:
        source = self.backend.put_data_source(self._get_param("apiId"), self.fields, new=new)
        return ActionResult({"dataSource": source})

    def get_data_source(self) -> ActionResult:
        """GetDataSource."""
        name = self._get_param("name")
        sources = self.backend.api(self._get_param("apiId")).data_sources
        return ActionResult({"dataSource": _found(sources, name, f"No data source found named {name}.")})

    def delete_data_source(self) -> ActionResult:
        """DeleteDataSource."""
        self.backend.delete_data_source(self._get_param("apiId"), self._get_param("name"))
        return EmptyResult()

    def list_data_sources(self) -> ActionResult:
        """ListDataSources."""
        return ActionResult({"dataSources": list(self.backend.api(self._get_param("apiId")).data_sources.values())})

    # ---- functions

    def create_function(self) -> ActionResult:
        """CreateFunction."""
        return self._function()

    def update_function(self) -> ActionResult:
        """UpdateFunction."""
        return self._function()

    def _function(self) -> ActionResult:
        return ActionResult({"functionConfiguration": self.backend.put_function(self._get_param("apiId"), self.fields)})

    def get_function(self) -> ActionResult:
        """GetFunction."""
        function_id = self._get_param("functionId")
        functions = self.backend.api(self._get_param("apiId")).functions
        return ActionResult({"functionConfiguration": _found(functions, function_id, "No function found.")})

    def delete_function(self) -> ActionResult:
        """DeleteFunction."""
        self.backend.delete_function(self._get_param("apiId"), self._get_param("functionId"))
        return EmptyResult()

    def list_functions(self) -> ActionResult:
        """ListFunctions."""
        return ActionResult({"functions": list(self.backend.api(self._get_param("apiId")).functions.values())})

    # ---- resolvers

    def create_resolver(self) -> ActionResult:
        """CreateResolver."""
        return self._resolver(new=True)

    def update_resolver(self) -> ActionResult:
        """UpdateResolver."""
        return self._resolver(new=False)

    def _resolver(self, *, new: bool) -> ActionResult:
        return ActionResult({"resolver": self.backend.put_resolver(self._get_param("apiId"), self.fields, new=new)})

    def get_resolver(self) -> ActionResult:
        """GetResolver."""
        return ActionResult({"resolver": self.backend.resolver(*self._resolver_key())})

    def delete_resolver(self) -> ActionResult:
        """DeleteResolver."""
        api_id, type_name, field_name = self._resolver_key()
        self.backend.resolver(api_id, type_name, field_name)
        del self.backend.api(api_id).resolvers[type_name, field_name]
        return EmptyResult()

    def list_resolvers(self) -> ActionResult:
        """ListResolvers."""
        resolvers = self.backend.api(self._get_param("apiId")).resolvers
        type_name = self._get_param("typeName")
        return ActionResult({"resolvers": [each for key, each in resolvers.items() if key[0] == type_name]})

    def list_resolvers_by_function(self) -> ActionResult:
        """ListResolversByFunction."""
        function_id = self._get_param("functionId")
        resolvers = self.backend.api(self._get_param("apiId")).resolvers.values()
        users = [each for each in resolvers if function_id in (each.get("pipelineConfig") or {}).get("functions", [])]
        return ActionResult({"resolvers": users})

    def _resolver_key(self) -> tuple[str, str, str]:
        return self._get_param("apiId"), self._get_param("typeName"), self._get_param("fieldName")


def _found(table: dict[str, Any], name: str, message: str) -> Any:
    if name not in table:
        raise NotFoundException(message)
    return table[name]
