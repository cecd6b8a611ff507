resource "novacron_network" "shop" {
  name = "shop"
  cidr = "10.40.0.0/16"
}

resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 6

  # Without desired_size, `novacron group scale web --size 4` is no drift.
  anti_affinity = "node"

  vm = {
    cpu_cores  = 1
    memory_gb  = 2
    disk_gb    = 10
    network_id = novacron_network.shop.id
    metadata   = { tier = "web" }
  }
}
