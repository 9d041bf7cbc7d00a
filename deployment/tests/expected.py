"""What the mocked AWS of tests/mocks answers, and which configurations tests/plans.tftest.hcl plans."""

MADE_KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
CALLERS_KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
API_ARN = "arn:aws:appsync:us-east-1:123456789012:apis/mockedapiidmockedapiid1234"
RUNS = {
    "alarm_mail",
    "application_profile_and_guardrail",
    "arm64",
    "callers_key_bucket_topic_and_boundary",
    "defaults",
    "documented_ways_in",
    "existing_vpc",
    "global",
    "global_oidc_existing_vpc",
    "global_profile",
    "oidc",
    "private_dns_elsewhere",
    "sample",
    "shared_endpoints",
    "shared_subnets",
}
GLOBAL_RUNS = {"global", "global_oidc_existing_vpc", "shared_subnets"}
