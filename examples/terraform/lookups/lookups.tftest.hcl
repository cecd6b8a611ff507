run "setup" {
  module {
    source = "./setup"
  }
}

run "find" {
  variables {
    names = run.setup.names
  }

  assert {
    condition = alltrue([
      output.found.vm_is_in_network,
      output.found.volume_is_on_vm,
      output.found.snapshot_is_of_data,
      output.found.vm_lets_ops_in,
    ])
    error_message = "what is looked up refers to each other as it was made"
  }

  assert {
    condition     = output.found.template_fits_on_gb > 0
    error_message = "a template says what disk it needs"
  }

  assert {
    condition     = output.found.limits_are_enforced
    error_message = "a policy says what a denial of it does"
  }
}
