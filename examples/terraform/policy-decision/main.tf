variable "cpu_cores" {
  description = "Number of cores of the VM to check."
  type        = number
  default     = 4
}

resource "novacron_policy" "max_cpu" {
  name = "max-cpu"
  type = "resource"

  rule = <<-EOT
    package novacron

    deny contains "more than 16 cores" if input.resource.cpu_cores > 16
    warn contains "more than 8 cores" if input.resource.cpu_cores > 8
  EOT
}

data "novacron_policy_decision" "vm" {
  operation = "vm.create"
  input = jsonencode({
    name      = "wish"
    cpu_cores = var.cpu_cores
    memory_gb = 4
    disk_gb   = 20
  })

  depends_on = [novacron_policy.max_cpu]
}

output "decision" {
  value = {
    allowed  = data.novacron_policy_decision.vm.allowed
    problems = data.novacron_policy_decision.vm.problems[*].code
    warnings = data.novacron_policy_decision.vm.warnings
  }
}
