resource "novacron_policy" "max_cpu" {
  name             = "max-cpu"
  type             = "resource"
  enforcement_mode = "block"
  rule             = <<-EOT
    package novacron

    deny contains "at most 4 cores" if input.resource.cpu_cores > 4
  EOT
}

# Computed once: a date that follows the clock would create another waiver in each apply.
resource "terraform_data" "end" {
  input = timeadd(plantimestamp(), "720h")

  lifecycle {
    ignore_changes = [input]
  }
}

resource "novacron_policy_waiver" "build" {
  policy_id     = novacron_policy.max_cpu.id
  resource_kind = "vm"
  resource_name = "build-01"
  owner         = "Ana"
  reason        = "Builds need 8 cores until the new runners arrive"
  expires_at    = terraform_data.end.output
}

data "novacron_policy_waiver" "build" {
  id = novacron_policy_waiver.build.id
}

output "waiver" {
  value = {
    policy = novacron_policy_waiver.build.policy
    state  = data.novacron_policy_waiver.build.state
  }
}
