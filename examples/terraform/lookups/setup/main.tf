# What the test looks up: in real life another configuration makes it.
terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

resource "novacron_network" "shared" {
  name = "shared"
  cidr = "10.40.0.0/24"
}

resource "novacron_ssh_key" "ops" {
  name       = "ops"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h ops"
}

resource "novacron_vm" "database" {
  name       = "database-01"
  cpu_cores  = 2
  memory_gb  = 4
  disk_gb    = 20
  network_id = novacron_network.shared.id

  ssh_key_ids = [novacron_ssh_key.ops.id]
}

resource "novacron_storage" "data" {
  name        = "database-data"
  size_gb     = 10
  attached_to = novacron_vm.database.id
}

resource "novacron_snapshot" "monday" {
  name      = "monday"
  volume_id = novacron_storage.data.id
}

resource "novacron_policy" "limits" {
  name = "limits"
  type = "resource"
  rule = <<-REGO
    package novacron

    deny contains "no more than 16 cores" if input.resource.cpu_cores > 16
  REGO
}

output "names" {
  value = {
    vm       = novacron_vm.database.name
    network  = novacron_network.shared.name
    volume   = novacron_storage.data.name
    snapshot = novacron_snapshot.monday.name
    policy   = novacron_policy.limits.name
    ssh_key  = novacron_ssh_key.ops.name
  }
}
