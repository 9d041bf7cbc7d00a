# Every validation in variables-network.tf is seen to refuse: one run per rule, named after what a user did wrong. tests/test_configuration.py fails when a
# rule has no run here. tests/inputs holds the root's variables and nothing else (they are links), so these runs ask no provider.

run "vpc_of_a_host" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    vpc_cidr_block = "10.0.0.0/28"
  }
  expect_failures = [var.vpc_cidr_block]
}

run "one_zone" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    availability_zone_list = ["us-east-1a"]
  }
  expect_failures = [var.availability_zone_list]
}

run "one_subnet" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa"]
  }
  expect_failures = [var.lambda_vpc_subnet_id_list]
}

run "security_group_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["functions"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "shared_endpoint_without_security_groups" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    sns_vpc_endpoint_id       = "vpce-0222"
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "security_groups_without_subnets" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_sg_id_list = ["sg-0123"]
  }
  expect_failures = [var.lambda_vpc_sg_id_list]
}

run "clients_from_everywhere" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_cidr_blocks = ["0.0.0.0/0"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_beyond_the_network_acl" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    client_cidr_blocks = [for number in range(19) : "10.${number}.0.0/16"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    client_cidr_blocks        = ["10.0.0.0/8"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "clients_of_a_shared_endpoint" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "vpce-0333"
    client_cidr_blocks          = ["10.0.0.0/8"]
  }
  expect_failures = [var.client_cidr_blocks]
}

run "nat_for_a_private_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    create_nat_gateway = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "nat_in_an_existing_vpc" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility        = "GLOBAL"
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    create_nat_gateway        = true
  }
  expect_failures = [var.create_nat_gateway]
}

run "global_without_nat" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility = "GLOBAL"
  }
  expect_failures = [var.create_nat_gateway]
}

run "shared_bedrock_endpoint_without_subnets" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    bedrock_runtime_vpc_endpoint_id = "vpce-0111"
  }
  expect_failures = [var.bedrock_runtime_vpc_endpoint_id]
}

run "shared_sns_endpoint_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list     = ["sg-0123"]
    sns_vpc_endpoint_id       = "sns"
  }
  expect_failures = [var.sns_vpc_endpoint_id]
}

run "shared_api_endpoint_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "appsync-api"
  }
  expect_failures = [var.appsync_api_vpc_endpoint_id]
}

run "shared_api_endpoint_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility          = "GLOBAL"
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    lambda_vpc_sg_id_list       = ["sg-0123"]
    appsync_api_vpc_endpoint_id = "vpce-0333"
  }
  expect_failures = [var.appsync_api_vpc_endpoint_id]
}

run "private_dns_by_name" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    api_private_dns_vpc_id_list = ["hub"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}

run "private_dns_of_a_global_api" {
  command = plan
  module {
    source = "./tests/inputs"
  }
  variables {
    appsync_visibility          = "GLOBAL"
    lambda_vpc_subnet_id_list   = ["subnet-0aaa", "subnet-0bbb"]
    api_private_dns_vpc_id_list = ["vpc-0123"]
  }
  expect_failures = [var.api_private_dns_vpc_id_list]
}
