variable "enabled" {
  description = "Whether the policy steers anything."
  type        = bool
  default     = true
}

resource "novacron_orchestration_policy" "spread" {
  document = file("${path.module}/spread.yaml")
  enabled  = var.enabled
}

data "novacron_orchestration_policy" "spread" {
  name = novacron_orchestration_policy.spread.name
}

output "policy" {
  value = {
    id       = novacron_orchestration_policy.spread.id
    version  = novacron_orchestration_policy.spread.version
    priority = data.novacron_orchestration_policy.spread.priority
  }
}
