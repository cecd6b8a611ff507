run "create" {
  assert {
    condition     = novacron_vm.web_server.status == "running"
    error_message = "the VM runs when apply is done"
  }

  assert {
    condition     = novacron_storage.data_volume.attached_to == novacron_vm.web_server.id
    error_message = "the volume is attached to the VM"
  }
}
