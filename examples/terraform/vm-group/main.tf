resource "novacron_network" "shop" {
  name = "shop"
  cidr = "10.40.0.0/16"
}

resource "novacron_security_group" "web" {
  name  = "web"
  rules = [{ direction = "ingress", action = "allow", protocol = "tcp", ports = "443", cidr = "0.0.0.0/0" }]
}

resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 6

  # Without desired_size, `novacron group scale web --size 4` is not drift.
  anti_affinity = "node"

  vm = {
    cpu_cores  = 1
    memory_gb  = 2
    disk_gb    = 10
    network_id = novacron_network.shop.id
    metadata   = { tier = "web" }

    security_groups = [novacron_security_group.web.id]
  }
}

# What another configuration would look up: `size`, `member_ids` and `status` are those of now.
data "novacron_vm_group" "web" {
  name       = novacron_vm_group.web.name
  depends_on = [novacron_vm_group.web]
}
