variable "servers" {
  description = "How many web servers."
  type        = number
  default     = 3
}

resource "novacron_vm" "web" {
  count     = var.servers
  name      = format("web-%02d", count.index + 1)
  cpu_cores = 2
  memory_gb = 4
  disk_gb   = 40

  anti_affinity = "web"

  placement = {
    spread_domain = "zone"
  }
}

output "planned" {
  value = { for vm in novacron_vm.web : vm.name => vm.placement_preview.node }
}

output "actual" {
  value = { for vm in novacron_vm.web : vm.name => vm.node }
}
