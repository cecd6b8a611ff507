variable "memory_gb" {
  description = "Memory of the VM that is asked about."
  type        = number
  default     = 64
}

# Where would it go today, and what would it cost? Nothing is made or held for it.
data "novacron_placement" "large" {
  cpu_cores = 16
  memory_gb = var.memory_gb
  disk_gb   = 200

  placement = {
    strategy = "cost"
  }
}

output "large" {
  value = {
    node          = data.novacron_placement.large.node
    others        = data.novacron_placement.large.alternatives
    cost_per_hour = data.novacron_placement.large.cost_per_hour
  }
}
