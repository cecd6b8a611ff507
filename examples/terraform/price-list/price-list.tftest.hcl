run "create" {
  assert {
    condition     = output.core_per_hour[0] == 0.02
    error_message = "the price list is found by its name"
  }
}
