variable "cpu_cores" {
  description = "Cores of the VM."
  type        = number
  default     = 2

  validation {
    condition     = var.cpu_cores <= 16
    error_message = "The budget of this project ends at 16 cores."
  }
}

data "novacron_template" "base" {
  name = "default"
}

resource "novacron_network" "web" {
  name = "web"
  cidr = "10.30.0.0/24"
}

resource "novacron_vm" "web" {
  name        = "web-01"
  cpu_cores   = var.cpu_cores
  memory_gb   = 4
  disk_gb     = 40
  network_id  = novacron_network.web.id
  template_id = data.novacron_template.base.id

  metadata = {
    environment = "production"
    tier        = "web"
  }

  timeouts = {
    create = "10m"
  }
}

output "vm" {
  value = {
    id        = novacron_vm.web.id
    cpu_cores = novacron_vm.web.cpu_cores
    status    = novacron_vm.web.status
  }
}
