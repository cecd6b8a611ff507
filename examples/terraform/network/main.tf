variable "cidr" {
  description = "Address block of the network."
  type        = string
  default     = "10.20.0.0/16"
}

resource "novacron_network" "shared" {
  name        = "shared"
  cidr        = var.cidr
  dns_servers = ["9.9.9.9", "149.112.112.112"]
}

output "network_id" {
  description = "For the network_id of VMs."
  value       = novacron_network.shared.id
}
