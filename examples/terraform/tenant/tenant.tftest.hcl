run "create" {
  assert {
    condition     = output.tenant.vms_used == 0
    error_message = "a new tenant uses nothing"
  }
}

run "raise" {
  variables {
    vms_max = 40
  }

  assert {
    condition     = output.tenant.id == run.create.tenant.id
    error_message = "another quota changes the tenant in place"
  }

  assert {
    condition     = output.tenant.vms_max == 40
    error_message = "the quota is the one that was set"
  }
}
