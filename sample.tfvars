# The smallest configuration that applies, unedited. Every other variable has a default: see deployment/variables*.tf.

# Where everything is created.
region = "us-east-1"

# Prefix of every name; a second stack in the same account and Region needs another one.
environment = "bedrock-chat"

# PRIVATE: the API is reached only from inside the network. GLOBAL: from the Internet, behind a WAF and with a NAT gateway. Fixed at creation.
appsync_visibility = "PRIVATE"

# Networks the readers' browsers come from (VPN, Direct Connect), such as ["10.20.0.0/16"]. Empty: nobody outside the VPC yet.
client_cidr_blocks = []

# API_KEY is the quickest start. OIDC (with oidc_issuer and oidc_client_id) binds every answer to the person who asked: use it for real readers.
client_auth = "API_KEY"

# A profile of US Regions that needs no marketplace subscription; elsewhere take the profile of your geography, such as eu.amazon.nova-2-lite-v1:0.
model_id = "us.amazon.nova-2-lite-v1:0"

# A new AWS account may run ten functions at once and reserve none of them, hence -1. Where the quota is higher, delete both lines: the defaults (20 and 50) cap what the model can cost.
data_source_reserved_concurrency  = -1
orchestrator_reserved_concurrency = -1
