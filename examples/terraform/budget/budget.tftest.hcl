run "create" {
  assert {
    condition     = output.level == "ok"
    error_message = "the budget is found by its name, and nothing is used of it"
  }
}
