run "create" {
  assert {
    condition     = output.waiver == { policy = "max-cpu", state = "active" }
    error_message = "the waiver holds"
  }
}
