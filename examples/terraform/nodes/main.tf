data "novacron_nodes" "ready" {
  status = "ready"
}

locals {
  zones = distinct([for node in data.novacron_nodes.ready.nodes : node.zone])
}

output "cores_by_zone" {
  value = {
    for zone in local.zones : zone => sum([
      for node in data.novacron_nodes.ready.nodes : node.capacity.cpu_cores if node.zone == zone
    ])
  }
}
