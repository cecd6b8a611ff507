# A failed check fails the test: nothing has drifted right after it was applied.
run "create" {
  assert {
    condition     = novacron_network.watched.cidr == "10.50.0.0/24"
    error_message = "the network is as it was configured"
  }
}
