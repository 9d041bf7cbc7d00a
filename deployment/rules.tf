# What the validations of variables*.tf compare with. Nothing here asks a provider, so a wrong input is refused before AWS is asked anything.

locals {
  # One range per setting for the plan, the functions (which compile the file in) and docs/configuration.md. The names are those of the variables.
  ranges      = jsondecode(file("${path.module}/ranges.json"))
  range_texts = { for name, range in local.ranges : name => "${range.whole ? "a whole number" : "a number"} from ${range.least} to ${range.most}" }

  # The orchestrator ends an answer this long before Lambda would end the run (TIME_TO_TELL in lambdas/orchestrator).
  time_to_tell_seconds = 5

  # What no client is called. A pattern that matches one of them is open to clients nobody named.
  unlikely_client_ids = ["", "(any client)", "zqxjkvbwpy", "ZQXJKVBWPY", "01189998819991197253", "0d9c2b7e-5f31-4a68-8c4d-3e6f1a2b9c07", "zq-xj_kv.bw:py"]

  # Regions begin with the word of their partition; all others are of the commercial one.
  partition_prefixes = {
    "cn-"      = "aws-cn"
    "us-gov-"  = "aws-us-gov"
    "us-iso-"  = "aws-iso"
    "us-isob-" = "aws-iso-b"
    "eu-isoe-" = "aws-iso-e"
    "us-isof-" = "aws-iso-f"
    "eusc-"    = "aws-eusc"
  }
  region_partition = concat([for prefix, partition in local.partition_prefixes : partition if startswith(var.region, prefix)], ["aws"])[0]

  region_pattern = "^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$"

  # Where a VPC of one's own belongs: RFC 1918 and, for large organisations, the shared space of RFC 6598.
  private_ranges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"]

  # AWS publishes no address for the consoles of its isolated partitions.
  consoles = {
    aws        = "${var.region}.console.aws.amazon.com"
    aws-cn     = "console.amazonaws.cn"
    aws-eusc   = "${var.region}.console.amazonaws-eusc.eu"
    aws-us-gov = "console.amazonaws-us-gov.com"
  }
}
