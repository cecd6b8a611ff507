variable "firmware" {
  description = "How VMs of the template begin to boot."
  type        = string
  default     = "bios"
}

resource "novacron_network" "front" {
  name = "front"
  cidr = "10.40.0.0/24"
}

resource "novacron_template" "web" {
  name           = "web-base"
  image          = "https://images.example.com/debian-12-web.qcow2"
  image_checksum = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  firmware       = var.firmware
  os             = "debian"
  os_version     = "12"
  disk_gb_min    = 10
  network_ids    = [novacron_network.front.id]

  # For VMs that say none of their own.
  cpu_cores  = 1
  memory_gb  = 2
  disk_gb    = 10
  network_id = novacron_network.front.id

  user_data = <<-EOT
    #cloud-config
    packages: [nginx]
  EOT
}

resource "novacron_vm" "web" {
  count       = 2
  name        = "web-${count.index + 1}"
  template_id = novacron_template.web.id
}

# Names no template: it boots the built-in `default`.
resource "novacron_vm" "plain" {
  name      = "plain"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}

data "novacron_template" "ubuntu" {
  name = "ubuntu-24.04"
}

output "web_versions" {
  description = "The versions that the VMs were made from."
  value       = novacron_vm.web[*].template_version
}

output "web_sizes" {
  description = "What the VMs have taken from it."
  value       = [for vm in novacron_vm.web : "${vm.cpu_cores} cores, ${vm.memory_gb} GB"]
}

output "ubuntu_image" {
  description = "What a template of one's own may start from."
  value       = data.novacron_template.ubuntu.image
}
