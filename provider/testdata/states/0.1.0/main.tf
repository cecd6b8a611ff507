terraform {
  required_providers {
    novacron = { source = "novacron/novacron" }
  }
}

provider "novacron" {}

resource "novacron_network" "front" {
  name        = "front"
  cidr        = "10.61.0.0/16"
  dns_servers = ["9.9.9.9", "8.8.8.8"]
}

resource "novacron_vm" "plain" {
  name      = "plain"
  cpu_cores = 1
  memory_gb = 0.5
  disk_gb   = 5
}

resource "novacron_vm" "full" {
  name          = "full"
  cpu_cores     = 2
  memory_gb     = 4
  disk_gb       = 20
  network_id    = novacron_network.front.id
  metadata      = { tier = "web", owner = "ops" }
  anti_affinity = "web"

  placement = {
    strategy      = "spread"
    zone          = "zone-a"
    spread_domain = "rack"
    affinity      = [{ vm = novacron_vm.plain.name, level = "zone", mode = "soft" }]
  }

  timeouts = {
    create = "10m"
    delete = "5m"
  }
}

resource "novacron_storage" "data" {
  name        = "data"
  size_gb     = 10
  type        = "ssd"
  attached_to = novacron_vm.full.id
}

resource "novacron_storage" "spare" {
  name    = "spare"
  size_gb = 5
}

resource "novacron_snapshot" "before" {
  name        = "before"
  volume_id   = novacron_storage.data.id
  description = "Before the upgrade."
}

resource "novacron_policy" "named" {
  name             = "Named"
  type             = "compliance"
  enforcement_mode = "warn"
  rule             = <<-REGO
    package novacron

    deny contains "a VM has a name" if {
      input.resource.type == "vm"
      input.resource.name == ""
    }
  REGO
}
