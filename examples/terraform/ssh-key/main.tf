variable "public_key_file" {
  description = "File of the public key; the private key stays where it is."
  type        = string
  default     = "ann.pub"
}

resource "novacron_ssh_key" "ann" {
  name       = "ann"
  public_key = file("${path.module}/${var.public_key_file}")
}

resource "novacron_vm" "shop" {
  name        = "shop-01"
  cpu_cores   = 2
  memory_gb   = 4
  disk_gb     = 20
  ssh_key_ids = [novacron_ssh_key.ann.id]
}

output "key" {
  description = "The fingerprint is the one that ssh-keygen -l prints."
  value = {
    id          = novacron_ssh_key.ann.id
    fingerprint = novacron_ssh_key.ann.fingerprint
  }
}

output "vm_id" {
  value = novacron_vm.shop.id
}
