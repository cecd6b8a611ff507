run "create" {
  assert {
    condition     = novacron_workflow.grow_volume.kind == "runbook" && output.version == 1
    error_message = "the text is stored as the first version of a runbook"
  }
}
