run "create" {
  assert {
    condition     = output.labels.web == tomap({ environment = "production", owner = "shop", tier = "web" })
    error_message = "a VM has the labels of the provider besides its own"
  }

  assert {
    condition     = output.labels.probe == tomap({ environment = "production", owner = "operations" })
    error_message = "what a VM says itself goes before what the provider says"
  }
}

run "give_away" {
  variables {
    owner = "checkout"
  }

  assert {
    condition     = output.labels.web["owner"] == "checkout" && output.labels.probe["owner"] == "operations"
    error_message = "another owner is a change of those that do not say theirs"
  }

  assert {
    condition     = novacron_vm.web.metadata == tomap({ tier = "web" })
    error_message = "what is written stays as it is written"
  }
}
