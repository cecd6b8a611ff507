variable "administrator_password" {
  description = "Password of the administrator of the guest."
  type        = string
  sensitive   = true
  # For the test. Set TF_VAR_administrator_password.
  default = "correct horse battery staple"
}

variable "answers_version" {
  description = "Version of password and answer file: another number sends both again."
  type        = number
  default     = 1
}

variable "drivers_image" {
  description = "ISO image with the drivers of virtio-win; null when the system has them."
  type        = string
  default     = "https://images.example.com/virtio-win.iso"
}

resource "novacron_network" "office" {
  name = "office"
  cidr = "10.55.0.0/24"
}

resource "novacron_template" "windows" {
  name        = "windows-11"
  image       = "https://images.example.com/windows-11.qcow2"
  firmware    = "uefi"
  os          = "windows"
  disk_gb_min = 64
}

resource "novacron_vm" "windows" {
  name        = "windows-01"
  cpu_cores   = 4
  memory_gb   = 8
  disk_gb     = 64
  network_id  = novacron_network.office.id
  template_id = novacron_template.windows.id

  # Windows 11 needs all three. The nodes need ovmf and swtpm.
  firmware    = "uefi"
  secure_boot = true
  tpm         = true

  # The configuration is on a CD-ROM, which cloudbase-init and Windows Setup read.
  guest_os            = "windows"
  password_wo         = var.administrator_password
  password_wo_version = var.answers_version
  unattend_wo         = file("${path.module}/autounattend.xml")
  unattend_wo_version = var.answers_version

  # Another CD-ROM, for Windows Setup; without it the VM restarts without the CD-ROM.
  drivers_image = var.drivers_image
}

output "vm" {
  description = "The VM, without what was given to its guest."
  value = {
    id       = novacron_vm.windows.id
    status   = novacron_vm.windows.status
    guest_os = novacron_vm.windows.guest_os
  }
}
