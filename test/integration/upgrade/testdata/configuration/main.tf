# What both releases are asked to keep: one resource of each kind that can be made without another tool.
terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

# Each step of the run changes it.
variable "memory_gb" {
  type    = number
  default = 2
}

provider "novacron" {}

resource "novacron_network" "shop" {
  name = "shop"
  cidr = "10.40.0.0/16"
}

resource "novacron_security_group" "web" {
  name  = "web"
  rules = [{ direction = "ingress", protocol = "tcp", ports = "443", cidr = "0.0.0.0/0" }]
}

resource "novacron_vm" "database" {
  name            = "database"
  cpu_cores       = 2
  memory_gb       = var.memory_gb
  disk_gb         = 20
  network_id      = novacron_network.shop.id
  security_groups = [novacron_security_group.web.id]
  metadata        = { tier = "database" }
}

resource "novacron_storage" "data" {
  name        = "data"
  size_gb     = 50
  attached_to = novacron_vm.database.id
}

resource "novacron_snapshot" "before" {
  name      = "before"
  volume_id = novacron_storage.data.id
}

resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 4

  vm = {
    cpu_cores  = 1
    memory_gb  = var.memory_gb
    disk_gb    = 10
    network_id = novacron_network.shop.id
    metadata   = { tier = "web" }
  }
}

resource "novacron_policy" "sizes" {
  name             = "Sizes"
  type             = "resource"
  enforcement_mode = "block"

  rule = <<-EOT
    package sizes

    deny contains "too large" if input.resource.memory_gb > 64
  EOT
}
