run "nothing_yet" {
  assert {
    condition     = output.shop.so_far == 0 && length(output.shop.by_kind) == 0
    error_message = "resources without the label cost nothing"
  }
}
