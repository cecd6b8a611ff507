run "create" {
  assert {
    condition     = output.waiver == { policy = "max-cpu", state = "pending" }
    error_message = "the waiver waits for its approval"
  }
}
