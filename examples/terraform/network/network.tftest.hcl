run "create" {
  assert {
    condition     = startswith(output.network_id, "net_")
    error_message = "a network has an id with a prefix"
  }
}

# Another address block cannot be given to a network that VMs are in: it is another network.
run "replace" {
  variables {
    cidr = "10.21.0.0/16"
  }

  assert {
    condition     = output.network_id != run.create.network_id
    error_message = "another cidr is a replacement"
  }
}
