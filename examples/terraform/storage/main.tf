variable "size_gb" {
  description = "Size of the volume."
  type        = number
  default     = 50
}

resource "novacron_vm" "database" {
  name      = "database-01"
  cpu_cores = 2
  memory_gb = 8
  disk_gb   = 20
}

resource "novacron_storage" "data" {
  name        = "database-data"
  size_gb     = var.size_gb
  type        = "nvme"
  attached_to = novacron_vm.database.id
}

output "volume" {
  value = {
    id     = novacron_storage.data.id
    status = novacron_storage.data.status
  }
}
