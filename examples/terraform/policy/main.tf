variable "enforcement_mode" {
  description = "What a denial does."
  type        = string
  default     = "warn"
}

resource "novacron_policy" "max_cpu" {
  name             = "max-cpu"
  type             = "resource"
  enforcement_mode = var.enforcement_mode
  rule             = file("${path.module}/max-cpu.rego")
}

output "policy" {
  value = {
    id           = novacron_policy.max_cpu.id
    version      = novacron_policy.max_cpu.version
    rego_version = novacron_policy.max_cpu.rego_version
  }
}
