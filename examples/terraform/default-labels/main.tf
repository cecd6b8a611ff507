terraform {
  required_version = ">= 1.5"

  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

variable "owner" {
  description = "Team that pays for everything here."
  type        = string
  default     = "shop"
}

# Endpoint and key come from NOVACRON_ENDPOINT and NOVACRON_API_KEY.
provider "novacron" {
  default_labels = {
    environment = "production"
    owner       = var.owner
  }
}

resource "novacron_vm" "web" {
  name      = "labelled-web-01"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 10

  metadata = {
    tier = "web"
  }
}

resource "novacron_vm" "probe" {
  name      = "labelled-probe-01"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 10

  # Not the shop's, wherever it runs.
  metadata = {
    owner = "operations"
  }
}

output "labels" {
  value = {
    web   = novacron_vm.web.metadata_all
    probe = novacron_vm.probe.metadata_all
  }
}
