variable "power_state" {
  description = "Whether the VM runs."
  type        = string
  default     = "running"
}

variable "disk_iops" {
  description = "Most operations a second of the disks of the VM."
  type        = number
  default     = 1000
}

variable "deletion_protection" {
  description = "Whether the VM may be deleted."
  type        = bool
  default     = false
}

resource "novacron_network" "shop" {
  name = "shop"
  cidr = "10.50.0.0/24"
}

resource "novacron_vm" "shop" {
  name       = "shop-01"
  cpu_cores  = 2
  memory_gb  = 4
  disk_gb    = 20
  network_id = novacron_network.shop.id

  description         = "Serves the shop."
  power_state         = var.power_state
  deletion_protection = var.deletion_protection
  priority            = 80
  spot                = false

  # Another firmware replaces the VM, as does another TPM. The nodes need ovmf and swtpm.
  firmware    = "uefi"
  secure_boot = true
  tpm         = true

  # Changed while it runs. What is left out has no limit.
  io_limits = {
    disk_iops          = var.disk_iops
    disk_mb_per_second = 100
    network_out_mbps   = 200
  }

  ssh_keys = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h ops",
  ]

  # In no state and no plan: sent when the VM is created, and when the version changes.
  user_data_wo         = "#cloud-config"
  user_data_wo_version = 1
}

output "vm" {
  value = {
    id          = novacron_vm.shop.id
    ip_address  = novacron_vm.shop.ip_address
    mac_address = novacron_vm.shop.mac_address
    status      = novacron_vm.shop.status
  }
}
