run "create" {
  assert {
    condition     = startswith(novacron_network.made.id, "net_")
    error_message = "the key may create networks"
  }
}
