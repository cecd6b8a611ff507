locals {
  # The smallest subnets that have room, as a map from name to CIDR.
  subnets = provider::novacron::plan_subnets("10.70.0.0/16", [
    { name = "web", hosts = 100 },
    { name = "database", hosts = 20 },
  ])
}

resource "novacron_network" "subnet" {
  for_each = local.subnets

  name = each.key
  cidr = each.value
}

# Sizes in the units that people write; 0.5 GB here.
resource "novacron_vm" "small" {
  name       = "small"
  cpu_cores  = 1
  memory_gb  = provider::novacron::parse_size("512MiB")
  disk_gb    = provider::novacron::parse_size("5GiB")
  network_id = novacron_network.subnet["web"].id
}

# A mistake in the rule is an error of `terraform validate`, with row and column.
resource "novacron_policy" "checked" {
  name = "checked"
  type = "resource"
  rule = provider::novacron::check_rego(file("${path.module}/allow.rego"))
}

output "subnets" {
  value = local.subnets
}
