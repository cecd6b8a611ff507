variable "names" {
  description = "Names of what another configuration made."
  type = object({
    vm       = string
    network  = string
    volume   = string
    snapshot = string
    policy   = string
    ssh_key  = string
  })
}

data "novacron_vm" "database" {
  name = var.names.vm
}

data "novacron_network" "shared" {
  name = var.names.network
}

data "novacron_storage" "data" {
  name = var.names.volume
}

data "novacron_snapshot" "monday" {
  name = var.names.snapshot
}

data "novacron_template" "base" {
  name = "default"
}

data "novacron_policy" "limits" {
  name = var.names.policy
}

data "novacron_ssh_key" "ops" {
  name = var.names.ssh_key
}

data "novacron_node" "host" {
  name = data.novacron_vm.database.node
}

output "found" {
  value = {
    vm_is_in_network     = data.novacron_vm.database.network_id == data.novacron_network.shared.id
    volume_is_on_vm      = data.novacron_storage.data.attached_to == data.novacron_vm.database.id
    snapshot_is_of_data  = data.novacron_snapshot.monday.volume_id == data.novacron_storage.data.id
    template_fits_on_gb  = data.novacron_template.base.disk_gb_min
    limits_are_enforced  = data.novacron_policy.limits.enforcement_mode == "block"
    vm_lets_ops_in       = contains(data.novacron_vm.database.ssh_key_ids, data.novacron_ssh_key.ops.id)
    node_of_the_database = data.novacron_node.host.name
  }
}
