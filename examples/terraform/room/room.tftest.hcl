run "ask" {
  command = plan

  assert {
    condition     = startswith(output.large.node, "node-")
    error_message = "the answer names a node"
  }

  assert {
    condition     = length(output.large.others) > 0
    error_message = "and the next best ones"
  }
}
