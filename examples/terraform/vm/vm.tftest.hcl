run "create" {
  assert {
    condition     = output.vm.status == "running"
    error_message = "the VM runs when apply is done"
  }
}

# The same VM with more cores: live or with a restart, never another VM.
run "grow" {
  variables {
    cpu_cores = 4
  }

  assert {
    condition     = output.vm.id == run.create.vm.id
    error_message = "more cores are not a replacement"
  }

  assert {
    condition     = output.vm.cpu_cores == 4
    error_message = "the VM has the cores that were asked for"
  }
}

run "refuse" {
  command = plan

  variables {
    cpu_cores = 32
  }

  expect_failures = [var.cpu_cores]
}
