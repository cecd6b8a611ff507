run "create" {
  assert {
    condition     = output.vm.status == "running" && output.vm.guest_os == "windows"
    error_message = "the VM runs as a Windows guest"
  }

  assert {
    condition     = novacron_vm.windows.unattend_wo == null && novacron_vm.windows.password_wo == null
    error_message = "the state does not know what is write-only"
  }
}

run "answer_again" {
  variables {
    answers_version = 2
  }

  assert {
    condition     = output.vm.id == run.create.vm.id && output.vm.status == "running"
    error_message = "another answer file restarts the same VM"
  }
}

run "remove_drivers" {
  variables {
    answers_version = 2
    drivers_image   = null
  }

  assert {
    condition     = output.vm.id == run.create.vm.id && novacron_vm.windows.drivers_image == null
    error_message = "the same VM is without the CD-ROM"
  }
}
