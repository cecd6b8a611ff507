variable "web_ports" {
  description = "Ports of the web servers that everybody reaches."
  type        = set(string)
  default     = ["443"]
}

resource "novacron_network" "shop" {
  name = "shop"
  cidr = "10.30.0.0/24"
}

resource "novacron_security_group" "web" {
  name        = "web"
  description = "Web servers that everybody reaches"

  rules = [
    for port in var.web_ports : {
      direction = "ingress"
      action    = "allow"
      protocol  = "tcp"
      ports     = port
      cidr      = "0.0.0.0/0"
    }
  ]
}

resource "novacron_security_group" "database" {
  name        = "database"
  description = "Databases that web servers and each other reach"

  rules = [
    {
      direction = "ingress"
      action    = "allow"
      protocol  = "tcp"
      ports     = "5432"
      group_id  = novacron_security_group.web.id
    },
    {
      direction   = "ingress"
      action      = "allow"
      protocol    = "any"
      group_id    = "self"
      description = "Replication"
    },
  ]
}

resource "novacron_vm" "web" {
  name            = "shop-web"
  cpu_cores       = 2
  memory_gb       = 4
  disk_gb         = 20
  network_id      = novacron_network.shop.id
  security_groups = [novacron_security_group.web.id]
}

resource "novacron_vm" "database" {
  name            = "shop-database"
  cpu_cores       = 2
  memory_gb       = 8
  disk_gb         = 50
  network_id      = novacron_network.shop.id
  security_groups = [novacron_security_group.database.id]

  # A rule of this VM alone.
  firewall_rules = [
    {
      direction = "egress"
      action    = "allow"
      protocol  = "any"
      cidr      = "10.30.0.0/24"
    },
  ]
}

data "novacron_security_group" "web" {
  name       = novacron_security_group.web.name
  depends_on = [novacron_security_group.web]
}

output "web_vm_id" {
  description = "Of the web server."
  value       = novacron_vm.web.id
}

output "web_rules" {
  description = "What the group of the web servers allows."
  value       = data.novacron_security_group.web.rules
}
