terraform {
  required_version = ">= 1.5"

  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

variable "novacron_endpoint" {
  description = "URL of the NovaCron server."
  type        = string
  default     = "http://127.0.0.1:7480"
}

variable "novacron_api_key" {
  description = "API key. Leave it out to use NOVACRON_API_KEY, which no plan contains."
  type        = string
  sensitive   = true
  default     = null
}

provider "novacron" {
  endpoint = var.novacron_endpoint
  api_key  = var.novacron_api_key
}

resource "novacron_network" "main" {
  name        = "production-network"
  cidr        = "10.0.0.0/16"
  dns_servers = ["8.8.8.8", "8.8.4.4"]
}

resource "novacron_vm" "web_server" {
  name       = "web-server-01"
  cpu_cores  = 4
  memory_gb  = 8
  disk_gb    = 100
  network_id = novacron_network.main.id

  metadata = {
    environment = "production"
    tier        = "web"
  }
}

resource "novacron_storage" "data_volume" {
  name        = "data-volume"
  size_gb     = 500
  type        = "ssd"
  attached_to = novacron_vm.web_server.id
}

resource "novacron_policy" "access_control" {
  name             = "VM Access Policy"
  type             = "access"
  enforcement_mode = "block"
  enabled          = true

  rule = <<-EOT
    package novacron
    default allow = false
    allow {
      input.subject.role == "admin"
    }
  EOT
}
