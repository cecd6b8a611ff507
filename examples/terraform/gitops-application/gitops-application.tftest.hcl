run "create" {
  assert {
    condition     = output.status == "never_synced"
    error_message = "the application is found by its name, and nothing was synced"
  }
}
