run "create" {
  assert {
    condition     = startswith(output.vm.ip_address, "10.50.0.")
    error_message = "the VM has an address of its network"
  }

  assert {
    condition     = novacron_vm.shop.user_data_wo == null
    error_message = "the state does not know what is write-only"
  }
}

run "limit" {
  variables {
    disk_iops = 200
  }

  assert {
    condition     = novacron_vm.shop.io_limits.disk_iops == 200 && output.vm.status == "running"
    error_message = "limits change while the VM runs"
  }
}

run "stop" {
  variables {
    power_state = "stopped"
  }

  assert {
    condition     = output.vm.status == "stopped"
    error_message = "the power state decides whether it runs"
  }

  assert {
    condition     = output.vm.ip_address == run.create.vm.ip_address
    error_message = "a stopped VM keeps its address"
  }
}

run "start" {
  assert {
    condition     = output.vm.status == "running" && output.vm.id == run.create.vm.id
    error_message = "it is the same VM that runs again"
  }
}
